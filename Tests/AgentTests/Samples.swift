import AgentProtocol

/// One message of every kind, with awkward values.
enum Samples {
    static let command = Command(
        ["fio", "--name=a b", "ä\n\"", ""],
        environment: ["PATH=/bin", "EMPTY="],
        directory: "/scratch",
        umask: 0o777,
        timeLimit: .max,
        outputLimit: Request.maximumOutput
    )

    static let requests: [Request] = [
        .hello, .facts, .counters, .clock, .shutdown, .cancel,
        .run(command, inputLength: 0, streams: true),
        .run(Command(["true"]), inputLength: Request.maximumInput, streams: false),
        .spawn(command, inputLength: 7),
        .data([]), .data([0, 255, 10]), .data([UInt8](repeating: 7, count: Frame.maximumPayload)),
        .signal(SpawnedProcess(handle: .max), number: 15),
        .wait(SpawnedProcess(handle: 0)),
        .put(path: "/scratch/ä", mode: 0o7777, length: .max),
        .get(path: "", limit: Request.maximumOutput),
        .probe(.tcp(port: 65535), bytes: [1, 2, 3], limit: 0),
        .probe(.unix(path: "/run/s"), bytes: [], limit: .max),
        .clearAndSync(path: "/scratch"),
        .setClock(realtime: 1_700_000_000_000_000_000),
    ]

    static let execution = Execution(
        termination: .signalled(9),
        startedAt: 1,
        wall: 2,
        user: 3,
        system: 4,
        minorFaults: 5,
        majorFaults: 6,
        voluntarySwitches: 7,
        involuntarySwitches: 8,
        runDelay: 10,
        peakMemory: 9,
        dropped: .max
    )

    static let hello = Hello(processID: 1, bootID: "08e2fe49", startedAt: 42)

    static let replies: [Reply] = [
        .hello(hello),
        .facts([:]), .facts(["cpus": "0-1", "kernel.cmdline": "a=b c", "leer": ""]),
        .output(.output, [1, 2, 3]), .output(.errorOutput, []),
        .finished(execution), .finished(Execution(termination: .timedOut)),
        .finished(Execution(termination: .exited(255), peakMemory: 0)),
        .spawned(SpawnedProcess(handle: 3)),
        .data([0]), .answered(.max),
        .counters(["cpu.steal": .max, "io.read": 0]),
        .done,
        .failure(Failure(.deadline, subject: "/scratch", detail: "ü: nö")),
        .failure(Failure(subject: "", detail: "")),
    ]

    static func frames() throws -> [Frame] {
        try requests.enumerated().map { try $1.frame(id: UInt32($0)) }
            + replies.enumerated().map { try $1.frame(id: UInt32(1000 + $0)) }
    }
}
