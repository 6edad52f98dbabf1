import BenchrunModel
import Results
import TestSupport
import Testing

@Suite("samples.csv")
struct SampleCSVTests {
    private static let header = SampleColumn.header

    private func sample(reason: String = "", value: Double? = 1.5, outcome: Outcome = .ok) throws -> Sample {
        Sample(
            run: try #require(RunID("r1")),
            session: 1,
            round: 2,
            slot: 3,
            position: 4,
            cell: "c",
            instance: "i",
            environment: "docker",
            arm: "",
            workload: "fio",
            caseLabel: "size=4k",
            iteration: 1,
            stage: .measured,
            attempt: 1,
            metric: "iops",
            unit: "1/s",
            better: .higher,
            value: value,
            count: nil,
            outcome: outcome,
            reason: reason,
            startedAt: 18_446_744_073_709_551_615,
            duration: 7,
            flags: ["steal", "throttled"]
        )
    }

    private func line(_ changes: [SampleColumn: String] = [:]) -> String {
        let values: [SampleColumn: String] = [
            .run: "r1", .session: "1", .round: "1", .slot: "0", .position: "0", .cell: "c", .instance: "i",
            .environment: "native", .workload: "w", .iteration: "1", .stage: "measured", .attempt: "1", .metric: "m",
            .unit: "s", .better: "lower", .value: "1", .outcome: "ok", .startedAt: "0", .duration: "1",
        ].merging(changes) { $1 }
        return SampleColumn.allCases.map { values[$0] ?? "" }.joined(separator: ",")
    }

    private func read(_ text: String, tail: SampleReader.Tail = .refuse) throws -> [Sample] {
        let folder = try TemporaryFolder()
        return try SampleReader.all(path: try folder.write("samples.csv", text), tail: tail)
    }

    private func problem(_ text: String) throws -> String {
        let folder = try TemporaryFolder()
        let path = try folder.write("samples.csv", text)
        let error = #expect(throws: ResultsError.self) { try SampleReader.all(path: path) }
        return try #require(error).description.replacing(folder.path + "/", with: "")
    }

    @Test("the columns are those of the design")
    func columns() {
        #expect(
            Self.header
                == "run,session,round,slot,position,cell,instance,environment,arm,workload,case,iteration,stage,attempt,"
                + "metric,unit,better,value,count,outcome,reason,start_ns,duration_ns,flags"
        )
    }

    @Test(
        "hostile texts survive a round trip",
        arguments: [
            "a,b", "say \"no\"", "\"", "\"\"", "two\nlines", "dos\r\nlines", "\r", " spaces ", "é 漢字 🙂", "=cmd()", "-",
            ";;",
            "tab\there", "\u{0}nul", "'", "a\"b,c\nd",
        ]
    )
    func roundTrip(text: String) throws {
        var original = try sample(reason: text, value: nil, outcome: .failed)
        original.cell = text
        original.unit = text
        original.caseLabel = text
        var bytes = Array((Self.header + "\n").utf8)
        try SampleEncoder().encode(original, into: &bytes)
        try SampleEncoder().encode(original, into: &bytes)
        #expect(try read(String(decoding: bytes, as: UTF8.self)) == [original, original])
    }

    @Test(
        "numbers are short and read back exactly",
        arguments: [
            0, 1, -1, 0.1, 4458, 4458.25, 1 / 3, 1e-7, 1e300, .leastNonzeroMagnitude, 123_456_789_012_345_680,
            0.1 + 0.2, -2.5e-3,
            Double.greatestFiniteMagnitude, 999_999_999_999_999, 0.000_000_000_000_001,
        ] as [Double]
    )
    func numbers(value: Double) throws {
        var bytes = Array((Self.header + "\n").utf8)
        try SampleEncoder().encode(sample(value: value), into: &bytes)
        #expect(try read(String(decoding: bytes, as: UTF8.self)).first?.value?.bitPattern == value.bitPattern)
        #expect(SampleEncoder.text(4458) == "4458")
    }

    @Test("short numbers read as Swift reads them")
    func shortNumbers() throws {
        var noise = Noise(seed: 99)
        var text = Self.header + "\n"
        var expected: [Double] = []
        for _ in 0..<2000 {
            let whole = Int(noise.uniform() * 1e6)
            let number = "\(whole).\(Int(noise.uniform() * 1e8))"
            expected.append(try #require(Double(number)))
            text += line([.value: number]) + "\n"
        }
        #expect(try read(text).map(\.value) == expected)
    }

    @Test("columns are found by name, unknown ones are ignored")
    func order() throws {
        let columns = SampleColumn.allCases.map(\.name)
        let values = line([.flags: "a;b"]).split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let header = (["extra"] + columns.reversed()).joined(separator: ",")
        let row = (["\"x,y\""] + values.reversed()).joined(separator: ",")
        let samples = try read("\(header)\n\(row)\n")
        #expect(samples.first?.flags == ["a", "b"])
        #expect(samples.first?.workload == "w")
    }

    @Test("CRLF, a byte order mark and blank lines are accepted")
    func tolerance() throws {
        let text = "\u{FEFF}\(Self.header)\r\n\(line())\r\n\r\n\(line([.reason: "\"\"", .flags: "x"]))\r\n\n"
        let samples = try read(text)
        #expect(samples.map(\.flags) == [[], ["x"]])
    }

    @Test("missing and double columns are named")
    func header() throws {
        let without = Self.header.replacing(",value", with: "").replacing(",flags", with: "")
        #expect(
            try problem(without + "\n")
                == "samples.csv:1: missing columns 'value', 'flags'; check that this is a samples.csv of benchrun"
        )
        #expect(
            try problem(Self.header + ",unit\n") == "samples.csv:1: column 'unit' is there twice; remove one of them"
        )
        #expect(try problem("").hasPrefix("samples.csv: the file is empty"))
        #expect(try problem(Self.header).hasPrefix("samples.csv:1: the header is cut off"))
    }

    @Test(
        "a value that is not a finite decimal number is refused with its line",
        arguments: ["nan", "NaN", "inf", "-inf", "1e999", "0x1p3", "1,5", "1 ", " 1", "--1", ".", "e5", "١"]
    )
    func values(text: String) throws {
        let quoted = text.contains(",") ? "\"\(text)\"" : text
        let message = try problem("\(Self.header)\n\(line())\n\(line([.value: quoted]))\n")
        #expect(message.hasPrefix("samples.csv:3: value: '\(text)' is not a finite number; "))
    }

    @Test(
        "other fields are held to their types",
        arguments: [
            (SampleColumn.round, "x", "round: 'x' is not a whole number"),
            (.round, "", "round: '' is not a whole number"),
            (.startedAt, "-1", "start_ns: '-1' is not a whole number"),
            (.startedAt, "18446744073709551616", "start_ns: '18446744073709551616' is not a whole number"),
            (.count, "1.5", "count: '1.5' is not a whole number"),
            (.outcome, "fine", "outcome: 'fine' is not one of ok, failed, timeout"),
            (.better, "faster", "better: 'faster' is not one of lower, higher, none"),
            (.run, "../etc", "run: '../etc' is not a run's id"),
            (.outcome, "failed", "a sample that is 'failed' has a value"), (.value, "", "an 'ok' sample has no value"),
            (.stage, "\u{1B}[31m", "stage: '?[31m' is not one of"),
        ]
    )
    func types(column: SampleColumn, text: String, expected: String) throws {
        #expect(try problem("\(Self.header)\n\(line([column: text]))\n").hasPrefix("samples.csv:2: \(expected)"))
    }

    @Test("lines are counted through quoted line breaks, fields and quotation marks checked")
    func structure() throws {
        let long = line([.value: "", .outcome: "failed", .reason: "\"a\nb\n\nc\""])
        #expect(try problem("\(Self.header)\n\(long)\n\(line([.value: "x"]))\n").hasPrefix("samples.csv:6: value"))
        #expect(try problem("\(Self.header)\n\(line()),\n").hasPrefix("samples.csv:2: 25 fields instead of 24"))
        #expect(try problem("\(Self.header)\na,b\n\(line())\n").hasPrefix("samples.csv:2: 2 fields instead of 24"))
        #expect(
            try problem("\(Self.header)\n\(line([.reason: "a\"b"]))\n")
                == "samples.csv:2: a quotation mark is misplaced; quote the whole field and double the quotation marks "
                + "inside it"
        )
        #expect(try problem("\(Self.header)\n\(line([.reason: "\"a\"b"]))\n").contains(":2: a quotation mark"))
    }

    @Test("a tail that was cut off is an error, or left out where asked for")
    func tail() throws {
        let text = "\(Self.header)\n\(line())\n\(line().dropLast(3))"
        #expect(try problem(text).hasPrefix("samples.csv:3: the last line is cut off; 'benchrun resume'"))
        #expect(try read(text, tail: .skip).count == 1)
        #expect(try read("\(Self.header)\n\(line())\na,b\n", tail: .skip).count == 1)
        let folder = try TemporaryFolder()
        var reader = try SampleReader(path: try folder.write("s.csv", text), tail: .skip)
        while try reader.next() != nil {}
        #expect(reader.skippedLine == 3)
    }

    @Test("records may be longer than the buffer, but not endless")
    func long() throws {
        let reason = String(repeating: "long \"\" ", count: 60_000)
        let row = line([.value: "", .outcome: "failed", .reason: "\"\(reason)\""])
        let samples = try read("\(Self.header)\n\(row)\n\(line())\n\(row)\n")
        #expect(samples.map(\.reason.utf8.count) == [360_000 + 60_000, 0, 420_000])
        let open = line([.reason: "\"" + String(repeating: "x\n", count: 2_000_000)])
        #expect(
            try problem("\(Self.header)\n\(open)\n").contains(
                "the line is longer than 1 MiB; look for a quotation mark"
            )
        )
    }

    @Test("the writer's side refuses what the reader would refuse")
    func encoder() throws {
        var bytes: [UInt8] = []
        for broken in [try sample(value: .nan), try sample(value: .infinity), try sample(value: nil)] {
            #expect(throws: ResultsError.self) { try SampleEncoder().encode(broken, into: &bytes) }
        }
        var flagged = try sample()
        flagged.flags = ["a;b"]
        #expect(throws: ResultsError.self) { try SampleEncoder().encode(flagged, into: &bytes) }
    }
}
