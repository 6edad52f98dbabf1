public import AgentProtocol

/// What a workload with `activity: lifecycle` does between the request for its instances and their end.
public struct Lifecycle: Sendable, Equatable {
    /// A service that is started in the instance as soon as that is ready; nil where a command is executed instead.
    public var service: Service?
    /// What is done to the instance after that, in this order.
    public var operations: [LifecycleOperation] = []
    /// How many instances are asked for at once: a whole number, or a placeholder for a case's value.
    public var instances = "1"

    /// Most instances that may be asked for at once.
    public static let mostInstances = 64

    /// Creates the plainest: one instance that executes a command.
    public init() {}

    /// A program that answers.
    public struct Service: Sendable, Equatable {
        /// Program and arguments. `{name}` in an argument is replaced by the case's value.
        public var command: [String]
        /// Where it answers, inside the instance.
        public var endpoint: Endpoint
        /// What it is sent, again and again until the first byte of an answer arrives.
        public var request: String

        /// Creates a service.
        public init(command: [String], endpoint: Endpoint, request: String) {
            self.command = command
            self.endpoint = endpoint
            self.request = request
        }
    }

    /// Whether it can time a phase, in one environment or another.
    public func gives(_ phase: Phase) -> Bool {
        if instances != "1" { return Phase.ofMany.contains(phase) }
        if let operation = LifecycleOperation(rawValue: phase.rawValue) { return operations.contains(operation) }
        switch phase {
        case .service, .firstAnswer, .answered: return service != nil
        // Of an instance that was killed there is nothing to stop.
        case .stop: return !operations.contains(.kill)
        case .firstCommand, .ready: return service == nil
        default: return Phase.ofOneLife.contains(phase)
        }
    }
}
