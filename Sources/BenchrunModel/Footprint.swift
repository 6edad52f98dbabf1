/// What the host gives for one instance at one moment. What cannot be read is nil, never 0.
public struct Footprint: Sendable, Equatable {
    /// PSS in bytes of the processes in it and of those that serve it alone.
    public var memory: UInt64?
    /// Bytes that its control group is charged with.
    public var groupMemory: UInt64?
    /// Bytes that its files take on disks: its root's layer, its scratch, what its engine keeps about it.
    public var disk: UInt64?
    /// Daemons that serve other instances as well, by process id.
    public var daemons: [Int32: Daemon]

    /// A daemon that several instances share.
    public struct Daemon: Sendable, Equatable {
        /// Which.
        public var scope: Counter.Scope
        /// Its PSS in bytes.
        public var memory: UInt64

        /// Creates it.
        public init(scope: Counter.Scope, memory: UInt64) {
            self.scope = scope
            self.memory = memory
        }
    }

    /// Creates a footprint.
    public init(
        memory: UInt64? = nil,
        groupMemory: UInt64? = nil,
        disk: UInt64? = nil,
        daemons: [Int32: Daemon] = [:]
    ) {
        self.memory = memory
        self.groupMemory = groupMemory
        self.disk = disk
        self.daemons = daemons
    }
}

/// An instance that can tell what the host gives for it.
public protocol FootprintObserving: Observing {
    /// Looks once. Takes some milliseconds: nothing is to be measured meanwhile.
    func footprint() async -> Footprint
}
