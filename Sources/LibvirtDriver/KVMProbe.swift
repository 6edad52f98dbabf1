import BenchrunModel
import Foundation
import Host

/// Finds out whether KVM runs guests here, by running one. The answer is kept until the host is booted again or
/// qemu changes: where KVM hangs, each probe costs its whole deadline.
struct KVMProbe: Sendable {
    /// The run.
    var setup: DriverSetup
    /// Path and version of the emulator.
    var emulator: String, version: String
    /// Machine type and CPU, in libvirt's words.
    var machine: String, cpu: String
    /// How long the guest may take.
    var limit = Duration.seconds(10)

    /// What the answer depends on.
    var key: String { "\(Self.bootID ?? "unknown boot") \(emulator) \(version) \(machine) \(model)" }

    /// Whether the answer is worth keeping: without the boot's name it could not be told from another boot's.
    static var canBeKept: Bool { bootID != nil }

    /// Two of libvirt's words for one CPU are one probe.
    private var model: String { ProbeGuest.model(of: cpu) }

    /// Runs the probe guest once.
    func run(accelerator: String) async throws -> KVMAnswer {
        // Several environments may be probed at once.
        let name = "probe-" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        let base = "\(setup.stateDirectory)/\(name)"
        let (disk, log) = ("\(base).disk", "\(base).log")
        defer { for file in [disk, log] { try? FileManager.default.removeItem(atPath: file) } }
        try Data(ProbeGuest.disk).write(to: URL(fileURLWithPath: disk))
        let qemu = ProbeGuest.command(
            emulator: emulator,
            machine: machine,
            cpu: cpu,
            disk: disk,
            accelerator: accelerator
        )
        // Where KVM is broken qemu may abort; its core file would hold nothing but our boot sector.
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        let group = ControlGroup("\(setup.controlGroup)/\(name)")
        // Where there can be no groups the death signal still ends it.
        if (try? group.create(limits: nil)) != nil { launcher.joinFiles = group.joinFiles }
        let command = launcher.arguments(for: ["prlimit", "--core=0:0"] + qemu)
        let start = ContinuousClock.now
        let process: ChildProcess
        do {
            process = try await ChildProcess.start(command, output: .file(log), error: .file(log))
        } catch {
            try? await group.remove()
            throw error
        }
        let status = await withTaskGroup(of: Int32?.self) { race in
            race.addTask { await process.waitForExit() }
            race.addTask {
                try? await Task.sleep(for: limit)
                // The guest has no use for a grace; this also ends the other task.
                process.send(signal: 9)
                return nil
            }
            let first = await race.next() ?? nil
            race.cancelAll()
            return first
        }
        await process.stop(grace: .zero)
        try? await group.remove()
        // What was ended for another reason than its deadline says nothing about KVM.
        try Task.checkCancellation()
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return Self.read(status, log: text, cpu: model, limit: limit, took: ContinuousClock.now - start)
    }

    /// Makes an answer of how qemu ended.
    /// - Parameter status: its exit status; nil when the deadline passed.
    static func read(_ status: Int32?, log: String, cpu: String, limit: Duration, took: Duration) -> KVMAnswer {
        guard let status else {
            return KVMAnswer(
                works: false,
                detail: "a probe guest (\(cpu)) did not answer within \(limit.components.seconds) s"
            )
        }
        guard status != ProbeGuest.answer else {
            let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
            return KVMAnswer(
                works: true,
                detail: "a probe guest (\(cpu)) answered in \(String(format: "%.1f", seconds)) s"
            )
        }
        let lines = log.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        // An assertion's text follows the message that explains it.
        let said = lines.first { $0.contains("error:") || $0.contains("KVM") || $0.contains("failed") } ?? lines.last
        let ended = status > 128 ? "signal \(status - 128)" : "status \(status)"
        return KVMAnswer(
            works: false,
            detail: "a probe guest (\(cpu)) did not run: qemu ended with \(ended)"
                + (said.map { " (\($0.prefix(200)))" } ?? "")
        )
    }

    private static var bootID: String? {
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Asks each question once, however many environments have it at the same time, and keeps the answers.
actor KVMAnswers {
    private var asked: [String: Task<KVMAnswer, Never>] = [:]

    /// The answer, from the cache or from a guest.
    func answer(to probe: KVMProbe) async -> KVMAnswer {
        let key = probe.key
        if let task = asked[key] { return await task.value }
        let cache = KVMAnswerCache(directory: probe.setup.cacheDirectory)
        if let known = cache.answer(for: key) { return known }
        // A run that is interrupted has no more use for any of its answers.
        let task = Task.detached { await self.ask(probe, cache) }
        asked[key] = task
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func ask(_ probe: KVMProbe, _ cache: KVMAnswerCache) async -> KVMAnswer {
        do {
            let answer = try await probe.run(accelerator: "kvm")
            // One after the other here: each writes the whole file.
            if KVMProbe.canBeKept { cache.store(answer, for: probe.key) }
            return answer
        } catch {
            asked[probe.key] = nil
            return KVMAnswer(works: false, detail: "no probe guest could be started: \(error)")
        }
    }
}

/// Answers of earlier probes, in one small file.
struct KVMAnswerCache: Sendable {
    private let path: String
    /// More than the combinations one boot of a host sees.
    private static let limit = 64

    init(directory: String) {
        path = directory + "/kvm-probe.json"
    }

    /// The answer to a probe of the same boot, emulator, machine and CPU.
    func answer(for key: String) -> KVMAnswer? { read()[key] }

    /// Keeps an answer. One that cannot be written is asked for again.
    func store(_ answer: KVMAnswer, for key: String) {
        var answers = read()
        if answers.count >= Self.limit { answers = [:] }
        answers[key] = answer
        guard let bytes = try? JSONEncoder().encode(answers) else { return }
        try? bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private func read() -> [String: KVMAnswer] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [:] }
        return (try? JSONDecoder().decode([String: KVMAnswer].self, from: bytes)) ?? [:]
    }
}
