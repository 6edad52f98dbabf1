import Testing

@testable import Catalog

@Suite("Small texts")
struct TextTests {
    @Test("Durations, sizes and percentages need their unit")
    func quantities() {
        #expect(Quantity.duration("30 s") == .seconds(30))
        #expect(Quantity.duration("2min") == .seconds(120))
        #expect(Quantity.duration("1.5 h") == .seconds(5400))
        #expect(Quantity.duration("500 ms") == .milliseconds(500))
        for wrong in ["30", "s", "-1 s", "0 s", "25 h", "1 s 2", "1e9 s", "nan s", "1 S", "", "٣ s", "9999999999999 h"]
        {
            #expect(Quantity.duration(wrong) == nil, "\(wrong)")
        }
        #expect(Quantity.size("1 GiB") == 1 << 30)
        #expect(Quantity.size("0.5 KiB") == 512)
        #expect(Quantity.size("1 B") == 1)
        for wrong in ["1 GB", "1G", "0 B", "1.5 B", "99999999 TiB", "1 gib", "1024"] {
            #expect(Quantity.size(wrong) == nil, "\(wrong)")
        }
        #expect(Quantity.fraction("5 %") == 0.05)
        #expect(Quantity.fraction("100%") == 1)
        for wrong in ["5", "0 %", "101 %", "% 5", "-5 %"] {
            #expect(Quantity.fraction(wrong) == nil, "\(wrong)")
        }
    }

    @Test("Numbers are what tools print, nothing else")
    func numbers() {
        #expect(NumberText.parse("12") == 12)
        #expect(NumberText.parse("-0.5") == -0.5)
        #expect(NumberText.parse(".5") == 0.5)
        #expect(NumberText.parse("1.") == 1)
        #expect(NumberText.parse("+1.5e-3") == 0.0015)
        for wrong in ["", "nan", "inf", "Infinity", "0x10", "1,234.5", "1 2", "1e", "e5", ".", "--1", "1e999", "١"] {
            #expect(NumberText.parse(wrong) == nil, "\(wrong)")
        }
    }

    @Test("Names are safe everywhere they are used")
    func names() {
        for good in ["a", "9p", "sysbench-cpu", "a-", String(repeating: "x", count: 32)] {
            #expect(Names.isSafe(good), "\(good)")
        }
        for bad in ["", "-a", "A", "a_b", "a/b", "..", "a b", "é", "a\n", String(repeating: "x", count: 33)] {
            #expect(!Names.isSafe(bad), "\(bad)")
        }
        #expect(Names.near("fio-seqwirte", in: ["fio-seqwrite", "fio-randread-4k", "xz"]) == ["fio-seqwrite"])
        #expect(Names.near("zx", in: ["xz"]).isEmpty == false)
        #expect(Names.near(String(repeating: "a", count: 100_000), in: ["aaa"]).isEmpty)
    }

    @Test(
        "Placeholders",
        arguments: [
            ("--bs={size}", "--bs=4k"), ("{size}{size}", "4k4k"), ("{{size}}", "{size}"), ("{{{size}}}", "{{size}}"),
            ("{Size}", "{Size}"), ("{other}", "{other}"), ("{print $1}", "{print $1}"), ("{", "{"), ("}{", "}{"),
            ("{size", "{size"), ("{}", "{}"), ("", ""), ("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}"), ("{1,2}", "{1,2}"),
        ]
    )
    func placeholders(argument: String, expected: String) {
        #expect(Placeholder.expand(argument, with: ["size": "4k"]) == expected)
        #expect(Placeholder.expand(Placeholder.escape(argument), with: ["size": "4k"]) == argument)
        #expect(CommandBuilder.escaping([argument]) == [Placeholder.escape(argument)])
    }

    @Test("JSON paths")
    func paths() {
        #expect(JSONPath("jobs.0.read.iops")?.components == ["jobs", "0", "read", "iops"])
        #expect(JSONPath("p.\"99.000000\"")?.components == ["p", "99.000000"])
        for wrong in ["", ".", "a.", ".a", "a..b", "\"a", "a\"b\"", "\"\"", "\"a\"b"] {
            #expect(JSONPath(wrong) == nil, "\(wrong)")
        }
    }

    @Test("Excerpts are one bounded line without control characters")
    func excerpts() {
        #expect(Excerpt.of(" a\n\tb\u{1B}[0m\u{0} ") == "a b?[0m?")
        #expect(Excerpt.of(String(repeating: "x", count: 500), limit: 10) == "xxxxxxxxxx…")
        #expect(Excerpt.end(of: Array("first\nlast".utf8), limit: 4) == "…last")
        #expect(Excerpt.of([0xFF, 0x41]) == "\u{FFFD}A")
        #expect(Excerpt.of("a" + String(repeating: "\u{301}", count: 100_000), limit: 10).unicodeScalars.count == 11)
        #expect(Excerpt.of([UInt8](repeating: 0x20, count: 1 << 20)) == "…")
    }
}
