import Glibc

extension ControlGroup {
    /// Control files can block while the kernel waits for others; they are written from this thread.
    private static let executor = BlockingExecutor(name: "control-groups")
    /// How long ending and removing are tried for.
    private static let patience = Duration.seconds(5)

    /// Stops all processes in it and below; returns when the kernel says that they stand still.
    /// - Throws: ``HostError`` when there is no freezer or they go on running.
    public func freeze() throws {
        try checkPath()
        if let directory = layout.hierarchy(of: "freezer").map(directory(in:)) {
            try write("FROZEN", to: directory + "/freezer.state")
            try awaitFrozen { KernelFile.value(directory + "/freezer.state") == "FROZEN" }
        } else if let directory = layout.unified.map(directory(in:)) {
            try write("1", to: directory + "/cgroup.freeze")
            try awaitFrozen { Self.event("frozen", in: directory) == true }
        } else {
            throw HostError(subject: "control group \(path)", detail: "there is no freezer")
        }
    }

    /// Lets them go on.
    /// - Throws: ``HostError`` when the kernel refuses.
    public func thaw() throws {
        if let directory = layout.hierarchy(of: "freezer").map(directory(in:)) {
            try write("THAWED", to: directory + "/freezer.state")
        } else if let directory = layout.unified.map(directory(in:)) {
            try write("0", to: directory + "/cgroup.freeze")
        }
    }

    /// Ends everything in it and below by SIGKILL and waits, at most 5 s, until it is empty. This process is spared.
    /// Goes on to the end when the task is cancelled.
    public func kill() async {
        guard isBelowBase else { return }
        await Task.detached {
            let deadline = ContinuousClock.now + Self.patience
            var pause = Duration.milliseconds(1)
            while !(await Self.executor.run { killOnce() }), ContinuousClock.now < deadline {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .milliseconds(50))
            }
        }.value
    }

    /// Ends everything in it and removes it and the groups below it, deepest first, from all hierarchies, and its
    /// topmost parent when that was the last group in it. Idempotent; goes on to the end when the task is cancelled.
    /// - Throws: ``HostError`` naming the processes that did not end.
    public func remove() async throws {
        try checkPath()
        guard exists else { return }
        await kill()
        let failed: KernelFile.Failure? = await Task.detached {
            let deadline = ContinuousClock.now + Self.patience
            var pause = Duration.milliseconds(2)
            while let failed = await Self.executor.run({ removeDirectories() }) {
                guard failed.number == EBUSY, ContinuousClock.now < deadline else { return failed }
                // A process that has ended may hold its group for a moment.
                _ = await Self.executor.run { killOnce() }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .milliseconds(50))
            }
            return nil
        }.value
        guard let failed else { return }
        let left = processes()
        let who = left.isEmpty ? "" : " (still in it: \(left.map(String.init).joined(separator: ", ")))"
        throw HostError(
            subject: "control group \(path)",
            detail: "cannot be removed: \(failed)\(who)",
            nextStep: "run 'benchrun clean' when these processes have ended"
        )
    }

    /// One round of SIGKILL.
    /// - Returns: whether nothing is left to end.
    private func killOnce() -> Bool {
        let own = getpid()
        let members = processes().filter { $0 != own }
        guard !members.isEmpty else { return true }
        let isOurs = processes().contains(own)
        if !isOurs, let directory = layout.unified.map(directory(in:)) {
            // All of the v2 subtree at once, new children included; since Linux 5.14.
            try? KernelFile.write("1", to: directory + "/cgroup.kill")
        }
        // Frozen, nobody can fork away, nor end and leave its number to another, between the list and the signal.
        if !isOurs, let freezer = layout.hierarchy(of: "freezer").map(directory(in:)) {
            try? KernelFile.write("FROZEN", to: freezer + "/freezer.state")
        }
        for member in processes() where member != own { _ = Glibc.kill(member, SIGKILL) }
        // Also the groups below, which may have been frozen on their own. In v1 a frozen process does not die.
        if let freezer = layout.hierarchy(of: "freezer").map(directory(in:)) {
            for group in Self.tree(freezer) { try? KernelFile.write("THAWED", to: group + "/freezer.state") }
        }
        return false
    }

    /// Removes the directories of all hierarchies, deepest first.
    /// - Returns: the first failure; nil when nothing of it is left.
    @discardableResult
    func removeDirectories() -> KernelFile.Failure? {
        var failed: KernelFile.Failure?
        for hierarchy in layout.hierarchies {
            for group in Self.tree(directory(in: hierarchy)).reversed() {
                let number = layout.removeDirectory(group)
                if number != 0, number != ENOENT, failed == nil { failed = KernelFile.Failure(number: number) }
            }
            removeTop(in: hierarchy)
        }
        return failed
    }

    /// Removes the topmost parent of a run's group; it stays while another run has a group in it.
    private func removeTop(in hierarchy: ControlGroupLayout.Hierarchy) {
        let steps = steps(in: hierarchy)
        if steps.count == 2 { _ = layout.removeDirectory(steps[0]) }
        if hierarchy.version == 2, !hierarchy.isRoot, let top = steps.first, !KernelFile.isDirectory(top) {
            returnProcesses(in: hierarchy)
        }
    }

    /// The kernel needs microseconds for this, unless a process sits in an uninterruptible call.
    private func awaitFrozen(_ isFrozen: () -> Bool) throws {
        for _ in 0..<200 {
            if isFrozen() { return }
            usleep(500)
        }
        try? thaw()
        throw HostError(
            subject: "control group \(path)",
            detail: "its processes did not stop within 0.1 s",
            nextStep: "look for a process in uninterruptible sleep: 'ps -eo pid,stat,wchan,comm'"
        )
    }

    private static func event(_ name: String, in directory: String) -> Bool? {
        let words = words(directory + "/cgroup.events")
        guard let index = words.firstIndex(of: name), index + 1 < words.count else { return nil }
        return words[index + 1] == "1"
    }
}
