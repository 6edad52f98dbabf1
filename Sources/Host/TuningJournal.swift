import Glibc

/// Turns knobs of this host after a ledger has recorded what they held, and turns them back.
public struct TuningJournal: Sendable {
    /// What became of a plan.
    public struct Outcome: Sendable, Equatable {
        /// What was changed, one sentence each.
        public var changed: [String]
        /// What could not be set, and why, one sentence each.
        public var uncontrolled: [String]
    }

    /// How a ledger calls a knob that was turned.
    public static let kind = "setting"

    private static let executor = BlockingExecutor(name: "tuning")
    private let ledger: Ledger
    private let root: String

    /// A journal in a run's ledger.
    public init(_ ledger: Ledger) {
        self.init(ledger, root: "")
    }

    init(_ ledger: Ledger, root: String) {
        self.ledger = ledger
        self.root = root
    }

    /// Records what every knob holds, waits until that is on disk, and then turns them.
    /// - Throws: ``HostError`` when it could not be recorded; nothing was turned then.
    public func apply(_ plan: HostTuning) async throws -> Outcome {
        try await ledger.willCreateAll(
            kind: Self.kind,
            plan.settings.map { ($0.path, ["before": $0.before, "after": $0.after]) }
        )
        let (root, settings) = (root, plan.settings)
        let problems = await Self.executor.run {
            settings.map { HostSetting.set($0.path, to: $0.after, root: root) }
        }
        let results = zip(settings, problems)
        let failed = results.filter { $0.1 != nil }.map(\.0)
        // One that the kernel took in part is still to be turned back.
        let untouched = failed.filter { HostSetting.value($0.path, root: root) == $0.before }
        try await ledger.didRemoveAll(kind: Self.kind, Set(untouched.map(\.path)))
        return Outcome(
            changed: Self.sentences(results.filter { $0.1 == nil }.map(\.0)),
            uncontrolled: plan.uncontrolled
                + Self.refusals(
                    results.compactMap { setting, problem in
                        problem.map { (setting, $0) }
                    }
                )
        )
    }

    /// Turns back what the ledger holds, the last first, and takes it out of the ledger.
    /// - Returns: what was done, and what could not be; one line each.
    public func restore() async -> (restored: [String], failed: [String]) {
        var restored: [String] = []
        var failed: [String] = []
        var done: Set<String> = []
        for entry in await ledger.entries.reversed() where entry.kind == Self.kind {
            do {
                if let line = try await Self.restore(entry, root: root) { restored.append(line) }
                done.insert(entry.name)
            } catch {
                failed.append("setting \(entry.name): \(error)")
            }
        }
        do {
            try await ledger.didRemoveAll(kind: Self.kind, done)
        } catch {
            failed.append("\(error)")
        }
        return (restored, failed)
    }

    /// Turns one knob back.
    /// - Returns: what was done in one line; nil where there was nothing to do.
    private static func restore(_ entry: LedgerEntry, root: String) async throws -> String? {
        guard let before = entry.detail["before"], let after = entry.detail["after"], HostSetting.isKnob(entry.name)
        else {
            throw HostError(subject: entry.name, detail: "is no setting that benchrun changes; nothing was written")
        }
        let path = entry.name
        return try await executor.run {
            // A CPU, an interrupt or a driver may be gone meanwhile.
            guard let now = HostSetting.value(path, root: root), now != before else { return nil }
            guard now == HostSetting.canonical(after, path: path) else {
                return "\(path) stays at '\(now)', which somebody set after benchrun had set '\(after)'"
            }
            if let problem = HostSetting.set(path, to: before, root: root) {
                throw HostError(
                    subject: path,
                    detail: "cannot be set back to '\(before)': \(problem)",
                    nextStep: "write it by hand, then 'benchrun clean'"
                )
            }
            return "\(path) to '\(before)'"
        }
    }

    // MARK: Words

    private static func sentences(_ settings: [HostSetting]) -> [String] {
        HostSetting.Kind.allCases.compactMap { kind in
            let own = settings.filter { $0.kind == kind }
            guard let first = own.first else { return nil }
            let before = Set(own.map(\.before)).sorted().joined(separator: " and ")
            switch kind {
            case .governor: return "governor of \(count(own, "CPU")): \(before) to \(first.after)"
            case .turbo: return "turbo: off"
            case .hugePages: return "transparent huge pages: \(before) to \(first.after)"
            case .interrupt: return "\(count(own, "interrupt")) moved to CPU \(first.after)"
            case .sibling: return "\(count(own, "SMT sibling")) of measured CPUs taken offline"
            }
        }
    }

    private static func refusals(_ problems: [(setting: HostSetting, problem: String)]) -> [String] {
        HostSetting.Kind.allCases.compactMap { kind in
            let own = problems.filter { $0.setting.kind == kind }
            guard let first = own.first else { return nil }
            let words = first.problem
            return switch kind {
            case .governor: "governor: \(words)"
            case .turbo: "turbo: \(words)"
            case .hugePages: "transparent huge pages: \(words)"
            case .interrupt: "\(count(own, "interrupt")) cannot be moved: \(words)"
            case .sibling: "SMT: \(count(own, "sibling")) stay online: \(words)"
            }
        }
    }

    private static func count(_ list: [some Any], _ noun: String) -> String {
        "\(list.count) \(noun)\(list.count == 1 ? "" : "s")"
    }
}
