/// What a guard found about one execution: a word in the `flags` of samples.csv.
public enum CellFlag: String, Sendable, Codable, CaseIterable {
    /// The instance's clock and the host's disagree.
    case clock
    /// The hypervisor below took CPU time away, from the host or from the guest.
    case steal
    /// A guest's virtual CPU was ready and had to wait for its CPU.
    case runDelay = "run-delay"
    /// Other programs ran on the measured CPUs.
    case busyCPU = "busy-cpu"
    /// The CPU quota held the instance back.
    case throttled
    /// What the tool claims to have read did not come from the device.
    case cached
    /// What the tool claims to be durable did not reach the device.
    case notDurable = "not-durable"
    /// A quantile of latencies under load that waits for its own answers.
    case closedLoop = "closed-loop"
    /// A quantile of fewer requests than it takes.
    case fewRequests = "few-requests"

    /// Which guard of the method's list it belongs to.
    public var guardNumber: Int {
        switch self {
        case .clock: 1
        case .steal, .runDelay, .busyCPU: 2
        case .cached, .notDurable: 4
        case .throttled: 9
        case .closedLoop, .fewRequests: 10
        }
    }
}
