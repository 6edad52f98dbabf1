import BenchrunModel
import Testing

@testable import Import

@Suite("hyperfine, fio and google/benchmark")
struct JSONFormatTests {
    // MARK: hyperfine

    @Test("hyperfine: times are values, parameters the case, a failed run has no value")
    func hyperfine() throws {
        let results = try Fixture.results("hyperfine-docker.json")
        #expect(results.tool == "hyperfine" && results.hasPrimaryMetric && results.notes.isEmpty)
        #expect(results.measurements.map(\.workload).count == 3)
        #expect(results.measurements.map(\.caseLabel) == ["", "threads=1", "threads=2"])
        #expect(results.measurements.allSatisfy { $0.unit == "s" && $0.better == .lower && $0.environment == nil })
        let grep = results.values("grep -r needle haystack", "wall-time")
        #expect(grep.count == 10 && grep[3] == nil && grep.compactMap { $0 }.allSatisfy { $0 > 0.1 && $0 < 0.2 })
        #expect(results.measurements[0].values[3].failure == "exit status 2")
        #expect(results.measurements[0].values[0].line == 13)
    }

    @Test("hyperfine: the mean counts only where there are no times; a run ended by a signal has no value")
    func hyperfineForms() throws {
        let mean = try Fixture.read(#"{"results":[{"command":"a","mean":0.5}]}"#, as: .hyperfine)
        #expect(mean.values("a", "wall-time") == [0.5])
        let signal = try Fixture.read(
            #"{"results":[{"command":"a","mean":9,"times":[1,2],"exit_codes":[0,null]}]}"#,
            as: .hyperfine
        )
        #expect(signal.values("a", "wall-time") == [1, nil])
        // The same command twice is one series with more values.
        let twice = try Fixture.read(
            #"{"results":[{"command":"a","times":[1]},{"command":"a","times":[2]}]}"#,
            as: .hyperfine
        )
        #expect(twice.values("a", "wall-time") == [1, 2])
        let numbers = try Fixture.read(
            #"{"results":[{"command":"a","times":[1],"parameters":{"b":2,"a":"x"}}]}"#,
            as: .hyperfine
        )
        #expect(numbers.measurements.map(\.caseLabel) == ["a=x;b=2"])
    }

    @Test("hyperfine: errors name file, line, place and what was expected")
    func hyperfineErrors() {
        let errors = [
            ("{}", "f:1: the document: expected hyperfine's results in 'results' and found none"),
            ("{\n\"results\": []}", "f:2: results: expected at least one element and found an empty list"),
            ("{\"results\":\n[{}]}", "f:2: results[0]: expected a command in 'command' and found none"),
            (#"{"results":[{"command":""}]}"#, "f:1: results[0].command: expected a name and found an empty text"),
            (
                #"{"results":[{"command":"a"}]}"#,
                "f:1: results[0]: expected a mean, or run times in 'times', in 'mean' and found none"
            ),
            (#"{"results":[{"command":"a","times":[]}]}"#, "results[0].times: expected at least one element"),
            (
                #"{"results":[{"command":"a","times":[1,"2"]}]}"#,
                "results[0].times[1]: expected a number and found text"
            ),
            (#"{"results":[{"command":"a","times":[NaN]}]}"#, "expected a number and found 'NaN', which is no finite"),
            (#"{"results":[{"command":"a","times":[1e999]}]}"#, "found '1e999', which is no finite number"),
            (#"{"results":[{"command":"a","times":[1e-999]}]}"#, "found '1e-999', which is no finite number"),
            (
                #"{"results":[{"command":"a","times":[1,2],"exit_codes":[0]}]}"#,
                "results[0].exit_codes: expected 2 exit codes, one a run, and found 1"
            ),
            (
                #"{"results":[{"command":"a","command":"b","times":[1]}]}"#,
                "results[0].command: expected one member of this name and found two"
            ),
            (
                #"{"results":[{"command":"a","times":[1],"parameters":{"a":[]}}]}"#,
                "parameters.a: expected text or a number"
            ),
            ("[]", "f:1: the document: expected an object and found a list"),
        ]
        for (text, words) in errors {
            let message = Fixture.message(text, as: .hyperfine)
            #expect(message.contains(words), "\(text): \(message)")
        }
    }

    // MARK: fio

    @Test("fio: a workload a job, a case a direction that moved data, with warnings before the document")
    func fio() throws {
        for name in ["fio-native.json", "fio-docker.json"] {
            let results = try Fixture.results(name)
            #expect(results.tool == "fio 3.33")
            #expect(results.measurements.map(\.workload) == ["randread", "randread", "randread"])
            #expect(results.measurements.map(\.caseLabel) == ["read", "read", "read"])
            #expect(results.measurements.map(\.metric) == ["iops", "bandwidth", "completion-latency"])
            #expect(results.measurements.map(\.unit) == ["IOPS", "MiB/s", "s"])
            #expect(results.measurements.map(\.better) == [.higher, .higher, .lower])
        }
        let native = try Fixture.results("fio-native.json")
        #expect(native.values("randread", "iops", case: "read") == [30505.494505])
        #expect(native.values("randread", "bandwidth", case: "read") == [124_950_505 / 1_048_576])
        #expect(native.values("randread", "completion-latency", case: "read") == [504_723.108298 / 1e9])
    }

    private static func job(_ members: String) -> String {
        #"{"fio version":"fio-3.33","jobs":[\#(members)]}"#
    }

    @Test("fio: jobs of several groups, without latency, without bytes, without work")
    func fioForms() throws {
        let side = #"{"total_ios":5,"iops":7.5,"bw":2048}"#
        let results = try Fixture.read(
            Self.job(
                #"{"jobname":"a","groupid":0,"error":0,"read":\#(side),"write":{"total_ios":0,"iops":0,"bw":0}},"#
                    + #"{"jobname":"a","groupid":1,"error":0,"read":\#(side)},{"jobname":"idle","error":0}"#
            ),
            as: .fio
        )
        #expect(results.values("a", "iops", case: "read") == [7.5, 7.5])
        #expect(results.values("a", "bandwidth", case: "read") == [2, 2])
        #expect(results.measurements.count == 2)
        #expect(results.notes == ["f: job 'idle' moved no data and was left out"])
    }

    @Test("fio: failed jobs are refused with their number, copies of a job and second documents too")
    func fioErrors() {
        let side = #"{"total_ios":5,"iops":7.5,"bw_bytes":2048}"#
        let errors = [
            (
                Self.job(#"{"jobname":"a","error":28,"write":\#(side)}"#),
                "f:1: jobs[0].error: job 'a' ended with error 28, so that its figures"
            ),
            (
                Self.job(#"{"jobname":"a","groupid":0,"read":\#(side)},{"jobname":"a","groupid":0,"read":\#(side)}"#),
                "jobs[1]: expected one job 'a' in a group and found two; measure copies of a job with 'group_reporting'"
            ),
            (Self.job(#"{"jobname":"a","error":0}"#), "expected a job that reads, writes or trims and found none"),
            (Self.job(#"{"jobname":"a","read":{"total_ios":5,"iops":-nan}}"#), "jobs[0].read.iops: expected a number"),
            (
                Self.job(#"{"jobname":"a","read":{"total_ios":5}}"#),
                "expected operations a second in 'iops' and found none"
            ),
            (
                Self.job(#"{"jobname":"a","read":\#(side)}"#) + "\n{}",
                "f:2: expected one JSON document and found a second"
            ),
            ("fio: engine libaio not loadable\n", "f:1: expected a JSON document and found none"),
            ("warning\n{\"jobs\": [", "f:2: expected a value and found the end of the file"),
            (#"{"client_stats":[]}"#, "the document: expected fio's jobs in 'jobs' and found none"),
        ]
        for (text, words) in errors {
            let message = Fixture.message(text, as: .fio)
            #expect(message.contains(words), "\(text): \(message)")
        }
    }

    // MARK: google/benchmark

    @Test("google/benchmark: repetitions are values, aggregates are not, an error is a failure with its message")
    func googleBenchmark() throws {
        let results = try Fixture.results("google-benchmark-docker.json")
        let copies = results.values("BM_StringCopy/1024", "real-time").compactMap { $0 }
        #expect(copies.count == 5 && copies.allSatisfy { $0 > 40e-9 && $0 < 41e-9 })
        let sorts = results.values("BM_Sort/threads:2", "real-time").compactMap { $0 }
        #expect(sorts.count == 5 && sorts.allSatisfy { $0 > 870e-6 && $0 < 885e-6 })
        #expect(results.values("BM_Sort/threads:2", "items-per-second").count == 5)
        #expect(results.values("BM_StringCopy/1024", "bytes-per-second").count == 5)
        #expect(results.values("BM_Socket", "real-time") == [nil])
        #expect(results.measurements.last?.values.first?.failure == "socket: Operation not permitted")
        #expect(results.facts[""]?["reported.cpus"] == "12")
        #expect(results.facts[""]?.values.contains("bench-7") == false)
        #expect(results.notes.count == 1)
        // The native file has a counter that is NaN, which nobody asks for.
        #expect(try Fixture.results("google-benchmark-native.json").values("BM_Socket", "real-time") == [7710.2 / 1e9])
    }

    @Test("google/benchmark: files of the first versions, skipped benchmarks, and errors")
    func googleBenchmarkForms() throws {
        let old = try Fixture.read(
            #"{"benchmarks":[{"name":"a","real_time":50},{"name":"a_mean","real_time":50},{"name":"a_BigO"}]}"#,
            as: .googleBenchmark
        )
        #expect(old.values("a", "real-time") == [50e-9] && old.measurements.count == 1)
        let skipped = try Fixture.read(
            #"{"benchmarks":[{"name":"a","run_type":"iteration","skipped":true,"skip_message":"no AVX"}]}"#,
            as: .googleBenchmark
        )
        #expect(skipped.measurements.first?.values.first?.failure == "skipped: no AVX")
        let errors = [
            (
                #"{"benchmarks":[{"name":"a_mean","run_type":"aggregate"}]}"#,
                "found aggregates only; measure again with"
            ),
            (
                #"{"benchmarks":[{"name":"a","real_time":1,"time_unit":"h"}]}"#,
                "benchmarks[0].time_unit: expected 'ns', 'us', 'ms' or 's' and found 'h'"
            ),
            (#"{"benchmarks":[{"name":"a","time_unit":"ns"}]}"#, "benchmarks[0]: expected a time in 'real_time'"),
            (
                #"{"benchmarks":[{"name":"a","real_time":Infinity}]}"#,
                "real_time: expected a number and found 'Infinity'"
            ),
            (#"{"context":{}}"#, "expected google/benchmark's list in 'benchmarks' and found none"),
        ]
        for (text, words) in errors {
            let message = Fixture.message(text, as: .googleBenchmark)
            #expect(message.contains(words), "\(text): \(message)")
        }
    }
}
