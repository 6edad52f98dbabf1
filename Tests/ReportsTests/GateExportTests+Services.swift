import Analysis
import Foundation
import Results
import Statistics
import Testing

@testable import Reports

/// What CI services read: JUnit XML and workflow commands.
extension GateExportTests {
    @Test("JUnit, word for word")
    func junit() {
        var report = GateExample.report(
            [
                GateExample.row(.regression, case: "size=4k", reason: "beyond doubt"),
                GateExample.row(.suspect, "xz", in: "podman", reason: "not confirmed"),
                GateExample.row(.improved, "xz"),
            ],
            warnings: ["a <warning>"]
        )
        report.visible = ["what can be seen"]
        #expect(GateJUnit(report: report).render() == Self.expectedJUnit)
    }

    @Test("JUnit counts each status once")
    func junitCounts() {
        let document = GateJUnit(report: GateExample.full).render()
        #expect(document.contains("<testsuites name=\"benchrun\" tests=\"6\" failures=\"1\" errors=\"0\">"))
        for (environment, counts) in [
            "docker": "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\"",
            "podman": "tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"1\"",
            "native": "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"",
        ] {
            #expect(document.contains("<testsuite name=\"benchrun \(environment)\" \(counts)>"))
        }
        #expect(document.components(separatedBy: "<failure ").count == 2)
        #expect(document.components(separatedBy: "<skipped ").count == 3)
        #expect(!document.contains("time="), "a gate knows no times")
        let empty = GateJUnit(report: GateExample.report([], warnings: ["why"])).render()
        #expect(
            empty.contains("<testsuite name=\"benchrun\" tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\">")
                && empty.contains("<system-out>why</system-out>")
        )
    }

    @Test("JUnit holds only characters of XML 1.0, and no markup from names")
    func hostileJUnit() {
        let document = GateJUnit(report: GateExample.hostileReport).render()
        #expect(
            document.unicodeScalars.allSatisfy { scalar in
                switch scalar.value {
                case 0xA, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
                default: false
                }
            }
        )
        #expect(!document.contains("<f&gt;") && document.contains("&lt;f&gt;&amp;amp;"))
        #expect(document.components(separatedBy: "<testcase ").count == 6)
        #expect(document.components(separatedBy: "<testsuite ").count == 2)
        let bare = GateJUnit(report: GateExample.bare).render()
        #expect(bare.contains("message=\"no change of overhead is known\""))
        #expect(bare.contains("message=\"overhead changed by +3.0 % (no interval)\""))
    }

    @Test("annotations, the worst first")
    func annotations() {
        #expect(
            GateAnnotations(report: GateExample.full).render() == """
                ::error title=regression%3A fio size=4k in docker::overhead changed by +7.1 %25 (95 %25 interval +5.0 to \
                +9.0 %25)%0Athe interval lies above 5 %25, and Holm's p is under 2.5 %25%0Athe runs differ in \
                kernel.release
                ::warning title=suspect%3A sysbench-cpu in docker::overhead changed by +8.0 %25 (95 %25 interval +6.0 to \
                +11 %25)%0Aabove 5 %25, but Holm's p is not under 2.5 %25%0Athe runs differ in kernel.release
                ::warning title=inconclusive%3A sysbench-cpu in podman::overhead changed by +3.0 %25 (no interval)%0A2 \
                rounds are too few for an interval%0Athe runs differ in kernel.release
                ::notice title=improved%3A xz in docker::overhead changed by -10 %25 (95 %25 interval -12 to -8.0 %25)%0A\
                the whole interval lies below -5 %25%0Athe runs differ in kernel.release

                """
        )
        #expect(GateAnnotations(report: GateExample.report([])).render().isEmpty)
        #expect(GateAnnotations(report: GateExample.report([GateExample.row(.pass)])).render().isEmpty)
    }

    @Test("GitHub's escapes, also before a combining mark")
    func annotationEscapes() {
        #expect(GateAnnotations.data("a%\r\n:,%0A") == "a%25%0D%0A:,%250A")
        #expect(GateAnnotations.property("a%\r\n:,\u{301}:\u{301}") == "a%25%0D%0A%3A%2C\u{301}%3A\u{301}")
    }

    @Test("a command read as GitHub's runner reads it has the names that went in")
    func hostileAnnotations() throws {
        let report = GateExample.hostileReport
        let lines = GateAnnotations(report: report).render().split(separator: "\n")
        #expect(lines.count == 4)
        let name = Printable.line(GateExample.hostile)
        for line in lines {
            let command = try #require(Command(String(line)))
            #expect(["error", "warning", "notice"].contains(command.name))
            let status = try #require(GateStatus.allCases.first { command.title.hasPrefix("\($0.rawValue): ") })
            #expect(command.title == "\(status.rawValue): \(name)\(status) \(name) in \(name)")
            #expect(command.message.split(separator: "\n").count == 3)
            #expect(command.message.split(separator: "\n")[1] == name)
        }
    }

    /// A workflow command with one property, taken apart in the order in which the runner does it.
    private struct Command {
        var name: String
        var title: String
        var message: String

        init?(_ line: String) {
            let bytes = Array(line.utf8)
            guard line.utf8.starts(with: "::".utf8) else { return nil }
            var end = 2
            while end + 1 < bytes.count, bytes[end] != 58 || bytes[end + 1] != 58 { end += 1 }
            let head = String(decoding: bytes[2..<end], as: UTF8.self)
            guard let space = head.firstIndex(of: " ") else { return nil }
            let properties = head[head.index(after: space)...].utf8.split(separator: UInt8(ascii: ","))
            guard properties.count == 1, properties[0].starts(with: "title=".utf8) else { return nil }
            name = String(head[..<space])
            title = Self.unescape(properties[0].dropFirst(6), ["%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","])
            message = Self.unescape(bytes[(end + 2)...], ["%0D": "\r", "%0A": "\n"])
        }

        private static func unescape(_ bytes: some Sequence<UInt8>, _ escapes: [String: String]) -> String {
            var text = String(decoding: Array(bytes), as: UTF8.self)
            for (escape, character) in escapes {
                text = text.replacingOccurrences(of: escape, with: character, options: .literal)
            }
            return text.replacingOccurrences(of: "%25", with: "%", options: .literal)
        }
    }

    private static let expectedJUnit = """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="benchrun" tests="3" failures="1" errors="0">
          <testsuite name="benchrun docker" tests="2" failures="1" errors="0" skipped="0">
            <properties>
              <property name="mode" value="files"/>
              <property name="candidate" value="20260102-030405-abcd"/>
              <property name="baseline" value="baseline main (run 20251224-180000-beef)"/>
            </properties>
            <testcase classname="docker" name="fio size=4k">
              <failure message="overhead changed by +7.1 % (95 % interval +5.0 to +9.0 %): beyond doubt" type="regression">\
        overhead changed by +7.1 % (95 % interval +5.0 to +9.0 %)
        overhead against native: +12 % before, +20 % now
        throughput: 100 MiB/s before, 93 MiB/s now
        p of no change or faster: 0.0012, 0.0048 after Holm
        smallest change that matters: 5.0 %
        beyond doubt</failure>
            </testcase>
            <testcase classname="docker" name="xz"/>
            <system-out>what can be seen
        a &lt;warning&gt;</system-out>
          </testsuite>
          <testsuite name="benchrun podman" tests="1" failures="0" errors="0" skipped="1">
            <properties>
              <property name="mode" value="files"/>
              <property name="candidate" value="20260102-030405-abcd"/>
              <property name="baseline" value="baseline main (run 20251224-180000-beef)"/>
            </properties>
            <testcase classname="podman" name="xz">
              <skipped message="overhead changed by +7.1 % (95 % interval +5.0 to +9.0 %): not confirmed" type="suspect"/>
            </testcase>
            <system-out>what can be seen
        a &lt;warning&gt;</system-out>
          </testsuite>
        </testsuites>

        """
}
