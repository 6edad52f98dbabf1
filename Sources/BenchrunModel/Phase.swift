/// A timed step in an instance's life, on the host's clock, in seconds; and what many instances at once add up to.
public enum Phase: String, Sendable, Codable, CaseIterable {
    /// From the request to a created, not yet running instance.
    case create
    /// From there until the first process of the instance runs (its own kernel: until the start call returned).
    case start
    /// From there until the agent's first frame arrived.
    case firstFrame = "first-frame"
    /// From there until `true`, executed through the agent, had ended.
    case firstCommand = "first-command"
    /// From the request to stop until the instance no longer runs.
    case stop
    /// From there until nothing of it is left.
    case remove
    /// The sum of create, start, first frame and first command: request to ready.
    case ready
    /// Native only: a bare fork and exec of `true` without any isolation.
    case bareExec = "bare-exec"

    // Parts of the first frame, in an instance with a kernel of its own.

    /// From the end of the start call until the instance's kernel said its first words on the console: firmware, boot
    /// loader, and the program that unpacks the kernel.
    case firmware
    /// From there until the kernel started its first process.
    case kernel
    /// From there until the agent's `main` began.
    case initial = "init"
    /// From there until the agent's first frame arrived. Without a kernel of its own, the whole of the first frame.
    case agent

    // A service in the instance.

    /// From the agent's first frame until the service's program executes.
    case service
    /// From there until the first byte of an answer from it arrived.
    case firstAnswer = "first-answer"
    /// From the request for the instance to that answer: the sum of all before it.
    case answered

    // Operations on an instance that is ready, each from the request to its end; see ``LifecycleOperation``.

    /// ``LifecycleOperation/pause``
    case pause
    /// ``LifecycleOperation/unpause``
    case unpause
    /// ``LifecycleOperation/agentExec``
    case agentExec = "agent-exec"
    /// ``LifecycleOperation/exec``
    case exec
    /// ``LifecycleOperation/attach``
    case attach
    /// ``LifecycleOperation/commit``
    case commit
    /// ``LifecycleOperation/snapshot``
    case snapshot
    /// ``LifecycleOperation/save``
    case save
    /// ``LifecycleOperation/restore``
    case restore
    /// ``LifecycleOperation/restart``
    case restart
    /// ``LifecycleOperation/kill``
    case kill

    // Several instances that are asked for at once.

    /// From the request until the last of them was ready.
    case allReady = "all-ready"
    /// The median of their times from request to ready.
    case readyMedian = "ready-median"
    /// The slowest of these times.
    case readySlowest = "ready-slowest"
    /// How many became ready in a second, on average: their number by ``allReady``.
    case startRate = "start-rate"

    /// Its unit in samples.csv.
    public var unit: String { self == .startRate ? "1/s" : "s" }

    /// What a workload without service, operations and company can time.
    public static let ofOneLife: [Phase] = [
        .create, .start, .firstFrame, .firmware, .kernel, .initial, .agent, .firstCommand, .ready, .stop, .remove,
        .bareExec,
    ]
    /// From the request to the first answer of a service, in their order.
    public static let toFirstAnswer: [Phase] = [
        .create, .start, .firmware, .kernel, .initial, .agent, .service, .firstAnswer,
    ]
    /// Figures over several instances.
    public static let ofMany: [Phase] = [.allReady, .readyMedian, .readySlowest, .startRate]
}
