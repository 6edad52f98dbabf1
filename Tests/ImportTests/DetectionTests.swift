import BenchrunModel
import Testing

@testable import Import

@Suite("Formats, names and numbers")
struct DetectionTests {
    @Test("Every fixture is known by what it holds", arguments: Fixture.all.map(\.name))
    func fixtures(_ name: String) throws {
        let format = try #require(Fixture.all.first { $0.name == name }?.format)
        #expect(try ImportFormat.detect(try Fixture.bytes(name), file: name) == format)
    }

    @Test("A file that is cut off is still known, so that its reader says where")
    func truncated() throws {
        for (name, format) in Fixture.all {
            let bytes = try Fixture.bytes(name)
            let half = Array(bytes[..<(bytes.count * 2 / 3)])
            #expect(try ImportFormat.detect(half, file: name) == format)
            do throws(ImportError) {
                let results = try format.read(half, file: name)
                // A CSV or JSON lines may be cut between two lines.
                #expect(!results.measurements.isEmpty && [.csv, .perfkit].contains(format), "\(name)")
            } catch {
                #expect(error.subject.hasPrefix("\(name):"), "\(error)")
            }
        }
    }

    @Test(
        "What is none of the formats is refused with their names",
        arguments: [
            "hello\n", "{}", "[1,2]", "{\"a\": {\"results\": 1}}", "a,b,c\n1,2,3\n", "\u{7F}ELF\u{1}\u{0}", "42",
        ]
    )
    func unknown(_ text: String) {
        do throws(ImportError) {
            let format = try ImportFormat.detect(Array(text.utf8), file: "f")
            Issue.record("\(text) is \(format)")
        } catch {
            let text = "\(error)"
            #expect(text.contains("f:1: expected results of one of hyperfine, fio, phoronix, perfkit, "), "\(text)")
            #expect(text.contains("--format"))
        }
    }

    @Test("An empty file is said to be empty")
    func empty() {
        for bytes in [[], [0xEF, 0xBB, 0xBF], Array(" \n\r\n".utf8)] as [[UInt8]] {
            #expect(throws: ImportError(subject: "f:1", detail: "expected results and found an empty file")) {
                try ImportFormat.detect(bytes, file: "f")
            }
        }
    }

    @Test("NAME=FILE")
    func sources() throws {
        #expect(try ImportSource(argument: "a=b.json") == ImportSource(environment: "a", path: "b.json"))
        #expect(try ImportSource(argument: "b.json") == ImportSource(path: "b.json"))
        #expect(try ImportSource(argument: "./a=b.json") == ImportSource(path: "./a=b.json"))
        let spaced = try ImportSource(argument: "Bare metal=/x/a=b")
        #expect(spaced == ImportSource(environment: "Bare metal", path: "/x/a=b"))
        for argument in ["", "=b", "a=", " =b"] {
            #expect(throws: ImportError.self) { try ImportSource(argument: argument) }
        }
        #expect(ForeignName.stem(of: "/a/b.c/native.run.json") == "native.run")
        #expect(ForeignName.stem(of: ".json") == ".json")
    }

    @Test("A file that cannot be read is named, with its reason")
    func missing() {
        for path in ["/no/such/file", "/"] {
            do throws(ImportError) {
                _ = try ImportSource(path: path).read()
                Issue.record("no error for \(path)")
            } catch {
                #expect(error.subject.hasPrefix(path) && error.nextStep.contains("check the path"), "\(error)")
            }
        }
        #expect(throws: ImportError.self) { try ImportSource(path: "/dev/null").read() }
    }

    @Test("Numbers")
    func numbers() {
        for (text, value) in [("1", 1), ("-0.5", -0.5), ("+3", 3), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("0e0", 0)] {
            #expect(Numeral(text).value == value, "\(text)")
        }
        for text in ["", "-", ".", "e5", "1e", "1 ", " 1", "nan", "inf", "0x10", "1,000", "1_000", "١", "1e+", "--1"] {
            #expect(Numeral(text) == .none, "\(text)")
        }
        for text in ["1e999", "-1e999", "1e-999", "0.00001e-400", String(repeating: "9", count: 400)] {
            #expect(Numeral(text) == .outOfRange, "\(text)")
        }
        #expect(Numeral("0e-999").value == 0)
    }

    @Test("Units tell a direction only where it is obvious")
    func units() {
        for unit in ["seconds", "s", "ms", "us", "µs", "Milliseconds", "minutes", "nsec"] {
            #expect(ForeignUnit.better(unit) == .lower, "\(unit)")
        }
        for unit in [
            "ops/sec", "MB/s", "Mbps", "Mbit/s", "requests/sec", "Mbits/sec", "transactions_per_second", "IOPS", "FPS",
            "Requests Per Second", "Gbps", "GFLOPS", "TPS",
        ] {
            #expect(ForeignUnit.better(unit) == .higher, "\(unit)")
        }
        for unit in ["", "score", "%", "bytes", "errors/sec", "drops/s", "us/op", "Celsius", "packet loss/s"] {
            #expect(ForeignUnit.better(unit) == .none, "\(unit)")
        }
        #expect(ForeignUnit.canonical("Seconds") == "s" && ForeignUnit.canonical("MiB/s") == "MiB/s")
    }
}
