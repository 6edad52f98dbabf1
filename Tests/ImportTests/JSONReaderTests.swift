import Testing

@testable import Import

@Suite("JSON with lines")
struct JSONReaderTests {
    private func document(_ text: String) throws -> JSONPlace {
        try JSONReader.document(Array(text.utf8), file: "f")
    }

    private func message(_ text: String) -> String {
        do throws(ImportError) {
            _ = try JSONReader.document(Array(text.utf8), file: "f")
            Issue.record("no error: \(text.prefix(100))")
            return ""
        } catch {
            return "\(error.subject): \(error.detail)"
        }
    }

    @Test("Values, places and lines")
    func values() throws {
        let text = "{\"a\": [1,\n 2.5e1, {\"b\": \"x\\u00e4\\n\\ud83d\\ude00\"}],\n\"c\": null}\n"
        let root = try document("\u{FEFF}\r\n" + text)
        let list = try #require(try root.member("a"))
        let elements = try list.elements()
        #expect(try elements[0].number() == 1 && elements[1].number() == 25)
        #expect(elements[1].subject == "f:3" && elements[1].path == "a[1]")
        let words = try #require(try elements[2].member("b"))
        #expect(try words.text() == "xä\n😀" && words.words == "xä 😀" && words.path == "a[2].b")
        #expect(try root.member("c") == nil && root.member("d") == nil)
        #expect(try document("[true, false, -0]").elements().map(\.isTrue) == [true, false, false])
        #expect(try document("\"\\ud800\"").text() == "\u{FFFD}")
        #expect(try document("\"\\ud800\\u0041\"").text() == "\u{FFFD}A")
    }

    @Test(
        "Syntax errors name the line and what was expected",
        arguments: [
            ("{\"a\": 1\n\"b\": 2}", "f:2: expected ',' or '}' and found '\"'"),
            ("[1 2]", "f:1: expected ',' or ']' and found '2'"),
            ("{\"a\" 1}", "f:1: expected ':' behind 'a' and found '1'"),
            ("{a: 1}", "f:1: expected a member's name in quotation marks and found 'a'"),
            ("[1,]", "f:1: expected a value and found ']'"),
            ("[1", "f:1: expected ',' or ']' and found the end of the file"),
            ("\n\n\"abc", "f:3: expected '\"' at the end of a text and found the end of the file"),
            ("\"a\nb\"", "f:1: expected '\"' at the end of a text and found byte 10"),
            ("\"\\x\"", "f:1: expected a letter of an escape behind '\\' and found 'x'"),
            ("\"\\u12g4\"", "f:1: expected four hexadecimal digits behind '\\u' and found 'g'"),
            ("tru", "f:1: expected a value and found 'tru'"),
            ("1.2.3", "f:1: expected a value and found '1.2.3'"),
            ("{} {}", "f:1: expected the end of the file and found '{'"),
            ("", "f:1: expected a JSON document and found nothing"),
        ]
    )
    func syntax(_ text: String, _ expected: String) {
        #expect(message(text) == expected)
    }

    @Test("Nesting without end, and bytes that are no text")
    func hostile() throws {
        for unit in ["[", "{\"a\":", "[[{\"a\":"] {
            let text = message(String(repeating: unit, count: 100_000))
            #expect(text.contains("expected at most 128 levels"), "\(text)")
        }
        #expect(throws: ImportError(subject: "f:1", detail: "expected text in UTF-8 and found other bytes")) {
            try JSONReader.document([0x22, 0xFF, 0x22], file: "f")
        }
        // What is no finite number is only an error where it is used.
        let root = try document("{\"a\": -Infinity, \"b\": 1e999, \"c\": 1}")
        #expect(try root.required("c", "c").number() == 1)
        #expect(throws: ImportError.self) { try root.required("a", "a").number() }
        #expect(throws: ImportError.self) { try root.required("b", "b").number() }
    }
}
