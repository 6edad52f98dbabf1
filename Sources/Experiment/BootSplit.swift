import AgentProtocol
import BenchrunModel

/// When a guest's kernel, its first process and its agent began, on the host's clock.
///
/// The kernel's beginning is seen from outside: its first words on the console. What follows is on the guest's own
/// clocks, which two looks bring to the host's: the kernel's log and CLOCK_MONOTONIC_RAW by a line in which the agent
/// logged that clock, and CLOCK_MONOTONIC_RAW and the host's by asking for it.
struct BootSplit: Sendable, Equatable {
    var kernelAt: UInt64
    var initialAt: UInt64
    var agentAt: UInt64

    /// How often the guest's clock is looked at; the quickest answer counts.
    private static let looks = 7

    /// Asks a guest; nil where one of them cannot be told.
    /// - Throws: what the agent throws when the instance is gone.
    static func look(
        at instance: any Booting,
        agent: any AgentConnection,
        hello: Hello,
        host: any ExperimentHost
    ) async throws -> BootSplit? {
        guard let kernelAt = await instance.kernelSpokeAt() else { return nil }
        var best: (trip: UInt64, middle: UInt64, inside: UInt64)?
        for _ in 0..<looks {
            let before = host.now()
            let inside = try await agent.clock()
            let trip = host.now() - before
            if best.map({ trip < $0.trip }) ?? true { best = (trip, before + trip / 2, inside) }
        }
        let execution: AgentProtocol.Execution
        do {
            execution = try await agent.run(
                Command(["dmesg"], timeLimit: 10_000_000_000, outputLimit: 4 << 20),
                onOutput: nil
            )
        } catch let error as AgentError where error.kind == .refused {
            return nil
        }
        guard execution.termination == .exited(0), let best else { return nil }
        return BootSplit(
            KernelLog(String(decoding: execution.output, as: UTF8.self)),
            kernelAt: kernelAt,
            agentStartedAt: hello.startedAt,
            hostClock: best.middle,
            guestClock: best.inside
        )
    }

    /// - Parameters:
    ///   - log: the guest kernel's.
    ///   - kernelAt: on the host's clock.
    ///   - agentStartedAt: on the guest's CLOCK_MONOTONIC_RAW.
    ///   - hostClock: of one moment.
    ///   - guestClock: CLOCK_MONOTONIC_RAW of the same moment.
    init?(_ log: KernelLog, kernelAt: UInt64, agentStartedAt: UInt64, hostClock: UInt64, guestClock: UInt64) {
        guard let firstProcess = log.time(of: "Run /"), let mark = log.agentMark else { return nil }
        // CLOCK_MONOTONIC_RAW counts from later on in the kernel's life than its log does.
        let initial = Int64(firstProcess) - Int64(mark.logged) + Int64(mark.raw)
        let offset = Int64(bitPattern: hostClock) - Int64(bitPattern: guestClock)
        self.kernelAt = kernelAt
        initialAt = UInt64(clamping: initial + offset)
        agentAt = UInt64(clamping: Int64(agentStartedAt) + offset)
        // Not in this order they are not what they are taken for.
        guard kernelAt <= initialAt, initialAt <= agentAt else { return nil }
    }

    /// The phases between two moments on the host's clock.
    func phases(startedAt: UInt64, greetedAt: UInt64) -> [Phase: Double] {
        // A quick guest may have come far before the call that started it returned.
        let marks = [startedAt, kernelAt, initialAt, agentAt, greetedAt].map { min(max($0, startedAt), greetedAt) }
        let lengths = zip(marks, marks.dropFirst()).map { Double($1 - $0) / 1e9 }
        return [.firmware: lengths[0], .kernel: lengths[1], .initial: lengths[2], .agent: lengths[3]]
    }
}

/// A kernel's log, as `dmesg` prints it.
struct KernelLog: Sendable {
    /// When something was logged, in nanoseconds of the log's clock, and what.
    private let entries: [(time: UInt64, text: Substring)]

    /// What the agent writes into the log, before CLOCK_MONOTONIC_RAW in nanoseconds.
    static let agentWords = "benchrun: agent: raw "

    /// Reads lines such as `[    1.234567] Run /init as init process`; others are passed over.
    init(_ text: String) {
        entries = text.split(whereSeparator: \.isNewline).compactMap { line in
            guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return nil }
            let number = line[line.index(after: line.startIndex)..<end].drop { $0 == " " }
            let parts = number.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].utf8.count == 6, let seconds = UInt64(parts[0]), seconds < 1 << 32,
                let microseconds = UInt64(parts[1])
            else { return nil }
            let text = line[line.index(after: end)...].drop { $0 == " " }
            return (seconds * 1_000_000_000 + microseconds * 1000, text)
        }
    }

    /// When the first line that begins so was logged.
    func time(of beginning: String) -> UInt64? {
        entries.first { $0.text.hasPrefix(beginning) }?.time
    }

    /// One moment on the log's clock and on CLOCK_MONOTONIC_RAW.
    var agentMark: (logged: UInt64, raw: UInt64)? {
        for entry in entries where entry.text.hasPrefix(Self.agentWords) {
            guard let raw = UInt64(entry.text.dropFirst(Self.agentWords.count)), raw < 1 << 62 else { continue }
            return (entry.time, raw)
        }
        return nil
    }
}
