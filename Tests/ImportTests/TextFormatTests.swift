import BenchrunModel
import Testing

@testable import Import

@Suite("Phoronix Test Suite, PerfKit Benchmarker and CSV")
struct TextFormatTests {
    // MARK: Phoronix

    @Test("Phoronix: systems are environments, RawString the single values, a test without any has failed")
    func phoronix() throws {
        let results = try Fixture.results("phoronix.xml")
        #expect(results.tool == "Phoronix Test Suite v10.8.4" && !results.hasPrimaryMetric)
        #expect(results.measurements.count == 8)
        let zip = try #require(results.measurements.first)
        #expect(zip.workload == "pts/compress-7zip-1.10.0" && zip.title == "7-Zip Compression")
        #expect(zip.caseLabel == "Test: Compression Rating")
        #expect(zip.metric == "MIPS" && zip.unit == "MIPS" && zip.better == .higher)
        #expect(zip.environment == "Bare metal")
        #expect(zip.values.map(\.value) == [88010, 88123, 88236, 88090, 88155])
        let build = results.measurements.suffix(2)
        #expect(build.map(\.unit) == ["s", "s"] && build.map(\.better) == [.lower, .lower])
        #expect(build.map { $0.values.map(\.value) } == [[912.338], [nil]])
        #expect(results.notes.count == 1 && results.notes[0].contains("LINE_GRAPH"))
        let model = "AMD Ryzen 5 5600X 6-Core @ 3.70GHz (6 Cores / 12 Threads)"
        #expect(results.facts["Bare metal"]?[FactKey.cpuModel] == model)
        #expect(results.facts["KVM guest"]?[FactKey.kernel] == "6.1.0-18-cloud-amd64 (x86_64)")
        #expect(results.facts["KVM guest"]?["reported.layer"] == "KVM")
        #expect(results.facts.values.allSatisfy { !$0.values.contains("tester") })
    }

    private static func result(_ body: String) -> String {
        "<PhoronixTestSuite>\n<Result><Identifier>t</Identifier>\(body)</Result></PhoronixTestSuite>"
    }

    @Test("Phoronix: entities, CDATA, comments, and a file without systems")
    func phoronixForms() throws {
        let entry = "<Data><Entry><Value>4.5</Value><RawString></RawString></Entry></Data>"
        let text =
            "\u{FEFF}<?xml version='1.0'?><!-- x --><PhoronixTestSuite a=\"<\" b='2'>\r\n"
            + "<Result><Identifier>t</Identifier><Title><![CDATA[A & B]]></Title><!-- y -->"
            + "<Description>p &lt; &#x71; &quot;r&quot;</Description><Scale>Requests/s</Scale>\(entry)</Result>"
            + "<Empty/></PhoronixTestSuite>\n"
        let results = try Fixture.read(text, as: .phoronix)
        let series = try #require(results.measurements.first)
        #expect(series.title == "A & B" && series.caseLabel == "p < q \"r\"" && series.environment == nil)
        // Without a direction of the suite's, the unit's own.
        #expect(series.better == .higher && series.values.map(\.value) == [4.5])
    }

    @Test("Phoronix: errors name line and what was expected")
    func phoronixErrors() {
        let entry = "<Data>\n<Entry><Identifier>a</Identifier><RawString>1:x</RawString></Entry></Data>"
        let errors = [
            ("<html></html>", "f:1: expected the element 'PhoronixTestSuite' and found 'html'"),
            ("<PhoronixTestSuite/>", "f:1: expected a 'Result' with values to compare and found none"),
            ("<PhoronixTestSuite>\n<Result>\n<Title>a</Title>", "expected '</Result>' for line 2 and found the end of"),
            (Self.result(entry), "f:3: RawString: expected finite numbers with ':' between them and found 'x'"),
            (Self.result(entry.replacing("1:x", with: "1::2")), "with ':' between them and found ''"),
            (Self.result(entry.replacing("1:x", with: "1:1e999")), "and found '1e999'"),
            (
                Self.result("<Proportion>MIB</Proportion>"),
                "Proportion: expected 'HIB', 'LIB' or nothing and found 'MIB'"
            ),
            (Self.result(""), "f:2: 't': expected an 'Entry' in 'Data' and found none"),
            (Self.result("<Title>a</Title><Title>b</Title>"), "Result: expected one 'Title' and found 2"),
            (Self.result("<Title>&foo;</Title>"), "f:2: expected a character and found '&foo;'"),
            (Self.result("<Title>&amp</Title>"), "expected ';' behind '&amp"),
            (
                "<!DOCTYPE x [<!ENTITY a 'b'>]><PhoronixTestSuite/>",
                "expected a document without '<!DOCTYPE' and found one"
            ),
            ("<PhoronixTestSuite></Result>", "expected '</PhoronixTestSuite>' for line 1 and found '</Result>'"),
            ("<PhoronixTestSuite a=b/>", "expected a quotation mark and found 'b'"),
            ("<PhoronixTestSuite/><a/>", "expected the end of the file and found '<'"),
            ("<!-- \n", "f:1: expected '-->' behind '<!--' and found the end of the file"),
            (String(repeating: "<a>", count: 100_000), "expected at most 64 levels of elements and found more"),
            ("", "f:1: expected an XML element and found the end of the file"),
        ]
        for (text, words) in errors {
            let message = Fixture.message(text, as: .phoronix)
            #expect(message.contains(words), "\(text.prefix(200)): \(message)")
        }
    }

    // MARK: PerfKit

    @Test("PerfKit: labels that vary tell cases apart, the unit tells the direction")
    func perfkit() throws {
        let results = try Fixture.results("perfkit-native.json")
        #expect(results.tool == "PerfKit Benchmarker v1.15.0-2500-gabcdef0")
        let metrics = ["Throughput", "Throughput", "Average Latency", "End to End Runtime"]
        #expect(results.measurements.map(\.metric) == metrics)
        #expect(results.measurements.map(\.caseLabel) == ["sending_thread_count=1", "sending_thread_count=4", "", ""])
        #expect(results.measurements.map(\.better) == [.higher, .higher, .lower, .lower])
        #expect(results.measurements.map(\.unit) == ["Mbits/sec", "Mbits/sec", "ms", "s"])
        #expect(results.measurements.map(\.values.count) == [5, 5, 5, 1])
        #expect(results.notes == ["perfkit-native.json: 1 samples without a metric's name (histograms) were left out"])
    }

    @Test("PerfKit: metadata as an object, values with bars and colons, unknown units")
    func perfkitForms() throws {
        let line = #"{"test":"t","metric":"m","value":1,"unit":"score","#
        let results = try Fixture.read(
            line + #""labels":"|a:b:c|,|d:e,f|"}"# + "\n\n" + line + #""labels":"|a:x|y|,|d:e,f|"}"# + "\r\n"
                + line + #""metadata":{"a":2,"d":"e,f"}}"#,
            as: .perfkit
        )
        #expect(results.measurements.map(\.caseLabel) == ["a=b:c", "a=x|y", "a=2"])
        #expect(results.measurements.allSatisfy { $0.better == .none && $0.unit == "score" })
    }

    @Test("PerfKit: errors name the line")
    func perfkitErrors() {
        let good = #"{"test":"t","metric":"m","value":1}"#
        let errors = [
            (good + "\n{\"test\":\"t\"}", "f:2: the document: expected a metric's name in 'metric' and found none"),
            (good + "\n" + good.replacing("1", with: "\"1\""), "f:2: value: expected a number and found text"),
            (good + "\n" + good.replacing("1", with: "NaN"), "f:2: value: expected a number and found 'NaN'"),
            (good + "\n{\"test\":", "f:2: expected a value and found the end of the file"),
            (good + "\nnoise", "f:2: expected a value and found 'noise'"),
            ("", "f:1: expected JSON objects with 'test', 'metric' and 'value', one a line, and found none"),
        ]
        for (text, words) in errors {
            let message = Fixture.message(text, as: .perfkit)
            #expect(message.contains(words), "\(text): \(message)")
        }
    }

    // MARK: CSV

    @Test("CSV: columns by name, with BOM, CRLF, quotes, and a last line without end")
    func csv() throws {
        let results = try Fixture.results("tidy.csv")
        #expect(results.measurements.count == 4)
        #expect(results.values("render, scene 1", "wall-time", in: "bare metal").count == 8)
        #expect(results.measurements[1].better == .higher && results.measurements[1].caseLabel == "connections=10")
        let rounds = try Fixture.results("rounds.csv")
        #expect(rounds.measurements.first?.values.prefix(3).map(\.round) == [1, 1, 2])
        #expect(rounds.measurements.first?.values.prefix(3).map(\.iteration) == [1, 2, 1])
        let text = "\u{FEFF}value,\"metric\",workload,note\r\n1.5,m,\"a \"\"b\"\"\r\nc\",x\r\n,m,w,\r\n-2e-3,m,w,"
        let other = try Fixture.read(text, as: .csv)
        #expect(other.values("a \"b\" c", "m") == [1.5])
        #expect(other.values("w", "m") == [nil, -0.002])
        #expect(other.measurements[1].values.map(\.line) == [4, 5])
        #expect(other.measurements[1].values[0].failure == "the file has no value")
    }

    @Test("CSV: errors name the line and the column")
    func csvErrors() {
        let header = "workload,metric,value,unit,better,round\n"
        let errors = [
            ("", "f:1: expected a header and found an empty file"),
            (header, "f:1: expected rows behind the header and found none"),
            (
                "workload;metric;value\n",
                "expected the columns workload, metric, value too and found only: workload;metric;"
            ),
            ("workload,metric\nw,m\n", "f:1: expected the columns value too and found only: metric, workload"),
            ("workload,metric,value,value\n", "f:1: expected each column once and found 'value' twice"),
            (header + "w,m,1,s,lower\n", "f:2: expected 6 fields, as the header has, and found 5"),
            (
                header + "w,m,1,s,lower,1\nw,m,nan,s,lower,2\n",
                "f:3: value: expected a finite number, or nothing, and found 'nan'"
            ),
            (header + "w,m,inf,s,lower,1\n", "found 'inf'"),
            (header + "w,m,1e999,s,lower,1\n", "found '1e999'"),
            (header + "w,m,\"1,5\",s,lower,1\n", "found '1,5'"),
            (header + "w,m,0x1p3,s,lower,1\n", "found '0x1p3'"),
            (header + "w,m,1,s,less,1\n", "better: expected one of 'lower', 'higher', 'none' and found 'less'"),
            (header + "w,m,1,s,lower,0\n", "round: expected a whole number from 1 and found '0'"),
            (header + "w,m,1,s,lower,\n", "round: expected a whole number from 1 and found ''"),
            (header + ",m,1,s,lower,1\n", "f:2: workload: expected a name and found an empty text"),
            (
                header + "w,m,1,s,lower,1\nw,m,1,ms,lower,2\n",
                "f:3: m of 'w' is in 'ms', lower is better, and was in 's'"
            ),
            (header + "w,\"m,1,s,lower,1\n", "f:2: expected a quotation mark at the end of a field and found the end"),
            (header + "w,m\"m,1,s,lower,1\n", "f:2: a quotation mark is misplaced"),
            ("run,stage,outcome,workload,metric,value\n", "found a samples.csv of benchrun; 'benchrun report' takes"),
            (
                "environment,workload,metric,value\n,w,m,1\n",
                "f:2: environment: expected a name and found an empty text"
            ),
        ]
        for (text, words) in errors {
            let message = Fixture.message(text, as: .csv)
            #expect(message.contains(words), "\(text): \(message)")
        }
    }
}
