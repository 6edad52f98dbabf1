import Host

/// The thread for control files that can make their writer wait for the kernel.
enum ControlFiles {
    /// One for all drivers: these writes take microseconds, and rarely milliseconds.
    static let executor = BlockingExecutor(name: "control-files")
}
