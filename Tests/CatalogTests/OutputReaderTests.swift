import AgentProtocol
import BenchrunModel
import Foundation
import Testing

@testable import Catalog

@Suite("Output")
struct OutputReaderTests {
    private static func workload(_ parser: OutputParser, _ metrics: Metric...) -> Workload {
        Workload(name: "w", title: "W", workloadClass: .compute, timeout: .seconds(5), parser: parser, metrics: metrics)
    }

    private static let speed = Metric(name: "speed", unit: "x/s", better: .higher, source: .pattern("^speed: (.*)$"))
    private static let iops = Metric(name: "iops", unit: "x/s", better: .higher, source: .path("jobs.0.read.iops"))

    private func read(_ output: String, _ parser: OutputParser, _ metric: Metric) -> Result<Double, ParseFailure> {
        let execution = Execution(termination: .exited(0), output: Array(output.utf8))
        return OutputReader.read(workload: Self.workload(parser, metric), case: Case(), execution: execution)
            .map { $0.values.first?.value ?? .nan }
    }

    private func reason(_ output: String, _ parser: OutputParser, _ metric: Metric) -> String? {
        guard case .failure(let failure) = read(output, parser, metric) else { return nil }
        #expect(failure.outcome == .failed)
        #expect(!failure.reason.contains { $0.isNewline })
        #expect(failure.reason.unicodeScalars.count < 700)
        return failure.reason
    }

    @Test(
        "Text that is not a figure is a failure with its reason, never a 0",
        arguments: [
            ("", "metric 'speed': nothing matches '^speed: (.*)$'; the output is empty"),
            ("a\nb\n", "metric 'speed': nothing matches '^speed: (.*)$'; the output begins: a b"),
            ("speed: nan", "metric 'speed': expected a number, the pattern found 'nan'"),
            ("speed: Infinity", "metric 'speed': expected a number, the pattern found 'Infinity'"),
            ("speed: 1,234.5", "metric 'speed': expected a number, the pattern found '1,234.5'"),
            ("speed: ", "metric 'speed': expected a number, the pattern found ''"),
            (
                "speed: 0",
                "metric 'speed': expected more than 0, since environments are compared by their ratio, found 0.0"
            ),
            (
                "speed: -3",
                "metric 'speed': expected more than 0, since environments are compared by their ratio, found -3.0"
            ),
        ]
    )
    func text(output: String, expected: String) {
        #expect(reason(output, .text, Self.speed) == expected)
    }

    @Test("A figure is found between other lines, carriage returns included, and scaled")
    func textFound() throws {
        #expect(try read("x\nspeed: 12.5\nspeed: 99\n", .text, Self.speed).get() == 12.5)
        #expect(try read("x\r\nspeed: 12.5\r\nrest", .text, Self.speed).get() == 12.5)
        var scaled = Self.speed
        scaled.scale = 1e-3
        #expect(try read("speed: 12.5", .text, scaled).get() == 0.0125)
        scaled.scale = 1e308
        #expect(reason("speed: 12.5", .text, scaled)?.hasSuffix("is not a finite number") == true)
        var unjudged = Self.speed
        unjudged.better = .none
        #expect(try read("speed: 0", .text, unjudged).get() == 0)
    }

    @Test("An expression that backtracks without end is stopped")
    func endless() {
        let text = String(repeating: "a", count: 60) + "b"
        #expect(OutputPattern.match("^((?:a+)+)$", in: text, limit: .milliseconds(50)) == .endless)
    }

    @Test("A huge and binary output is answered soon")
    func huge() {
        let binary = (0..<(16 << 10)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let bytes = binary + Array(String(repeating: "[ {\"a\n", count: 150_000).utf8)
        for parser in [OutputParser.text, .json, .fio] {
            let metric = parser == .text ? Self.speed : Self.iops
            let execution = Execution(termination: .exited(0), output: bytes, dropped: 7)
            let result = OutputReader.read(
                workload: Self.workload(parser, metric),
                case: Case(),
                execution: execution
            )
            #expect(throws: ParseFailure.self) { try result.get() }
        }
    }

    @Test(
        "JSON that holds no such number is a failure with its reason",
        arguments: [
            ("", "there is no JSON document; the output is empty"),
            ("no json", "there is no JSON document; the output begins: no json"),
            ("{\"jobs\": [{\"read\":", "the JSON document has no end; the output begins: {\"jobs\": [{\"read\":"),
            ("{\"jobs\" 1}", "the JSON document is malformed; the output begins: {\"jobs\" 1}"),
            ("{\"jobs\": []}", "metric 'iops': 'jobs' has no '0'"),
            (
                "{\"jobs\": [{\"read\": {\"iop\": 1}}]}",
                "metric 'iops': 'jobs.0.read' has no 'iops'; did you mean 'iop'?"
            ),
            ("{\"jobs\": [{\"read\": {\"iops\": \"12\"}}]}", "metric 'iops': 'jobs.0.read.iops' is not a number"),
            ("{\"jobs\": [{\"read\": {\"iops\": null}}]}", "metric 'iops': 'jobs.0.read.iops' is not a number"),
            ("{\"jobs\": [{\"read\": {\"iops\": true}}]}", "metric 'iops': 'jobs.0.read.iops' is not a number"),
            ("{\"jobs\": [{\"read\": {\"iops\": 1e999}}]}", "metric 'iops': 'jobs.0.read.iops' is not a number"),
        ]
    )
    func json(output: String, expected: String) {
        #expect(reason(output, .json, Self.iops) == expected)
    }

    @Test("A JSON document is found between other lines")
    func jsonFound() throws {
        let document = "{\"jobs\": [{\"error\": 0, \"read\": {\"iops\": 12.5, \"}\": \"\\\"{\"}}]}"
        for (before, after) in [("", ""), ("note: {x}\n[warning] old\n{ not json\n", "\ntail }"), ("\r\n  ", "")] {
            #expect(try read(before + document + after, .json, Self.iops).get() == 12.5)
            #expect(try read(before + document + after, .fio, Self.iops).get() == 12.5)
        }
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(reason(deep, .json, Self.iops) != nil)
        let metric = Metric(name: "p", unit: "ns", better: .lower, source: .path("p.\"99.0\""))
        #expect(try read("{\"p\": {\"99.0\": 7}}", .json, metric).get() == 7)
    }

    @Test("A placeholder in a path is the case's value")
    func pathOfCase() throws {
        let metric = Metric(name: "iops", unit: "x", better: .higher, source: .path("{direction}.iops"))
        let execution = Execution(termination: .exited(0), output: Array("{\"write\": {\"iops\": 3}}".utf8))
        let result = OutputReader.read(
            workload: Self.workload(.json, metric),
            case: Case(["direction": "write"]),
            execution: execution
        )
        #expect(try result.get().values.map(\.value) == [3])
    }

    @Test("A fio job with an error is a failure even where fio exits with 0")
    func fio() throws {
        let failed = "{\"jobs\": [{\"error\": 0}, {\"error\": 28, \"read\": {\"iops\": 9}}]}"
        #expect(reason(failed, .fio, Self.iops)?.hasPrefix("fio's job 1 reports error 28; the output") == true)
        #expect(reason("{\"jobs\": []}", .fio, Self.iops)?.hasPrefix("fio's output has no jobs") == true)
        #expect(reason("{\"jobs\": [{}]}", .fio, Self.iops)?.hasPrefix("'jobs.0' has no 'error'") == true)
        let real = String(decoding: try Fixture.bytes("outputs/fio-randread-4k.txt"), as: UTF8.self)
        #expect(reason(String(real.prefix(3000)), .fio, Self.iops)?.hasPrefix("the JSON document has no end") == true)
    }

    @Test("A command that failed has no values, whatever it printed")
    func termination() {
        func failure(_ termination: Termination, output: String = "speed: 1", error: String = "") -> ParseFailure? {
            let execution = Execution(
                termination: termination,
                output: Array(output.utf8),
                errorOutput: Array(error.utf8)
            )
            let result = OutputReader.read(
                workload: Self.workload(.text, Self.speed),
                case: Case(),
                execution: execution
            )
            guard case .failure(let failure) = result else { return nil }
            #expect(OutputReader.failure(of: execution, limit: .seconds(5)) == failure)
            return failure
        }
        #expect(
            failure(.exited(2), error: "line 1\nno such file\n")?.reason
                == "the command exited with status 2; standard error ends: line 1 no such file"
        )
        #expect(
            failure(.exited(1), error: " \n")?.reason
                == "the command exited with status 1; standard output ends: speed: 1"
        )
        #expect(
            failure(.signalled(9))?.reason.hasPrefix(
                "the command was ended by signal 9 (the kernel sends 9 when the instance's memory limit is reached)"
            ) == true
        )
        let late = failure(.timedOut)
        #expect(late?.outcome == .timeout)
        #expect(
            late?.reason
                == "the command did not end within 5.0 seconds; raise 'timeout' in its file; "
                + "standard output ends: speed: 1"
        )
        #expect(OutputReader.failure(of: Execution(termination: .exited(0)), limit: .seconds(1)) == nil)
    }

    @Test("Resources are read in their unit; memory may come from the host")
    func resources() throws {
        var execution = Execution(
            termination: .exited(0),
            wall: 1_500_000_000,
            user: 1_000_000_000,
            system: 250_000_000,
            majorFaults: 3,
            voluntarySwitches: 4,
            involuntarySwitches: 5
        )
        let metrics = Resource.allCases.map { resource in
            Metric(name: resource.rawValue, unit: resource.unit, better: .lower, source: .resource(resource))
        }
        var workload = Self.workload(.none, Self.speed)
        workload.metrics = metrics
        func values(host: UInt64?) throws -> [Double] {
            try OutputReader.read(workload: workload, case: Case(), execution: execution, hostPeakMemory: host).get()
                .values.map(\.value)
        }
        #expect(try values(host: 4096) == [1.5, 1, 0.25, 4096, 3, 9])
        execution.peakMemory = 8192
        #expect(try values(host: 4096) == [1.5, 1, 0.25, 8192, 3, 9])
        execution.peakMemory = nil
        #expect(throws: ParseFailure.self) { try values(host: nil) }
    }
}
