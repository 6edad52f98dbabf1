import Analysis
import Foundation
import Host
import Reports
import Results
import Statistics
import Testing

extension IntegrationTests {
    /// A gate's answer in the formats of other programs, read by schemas and parsers that are not benchrun's.
    @Suite struct ExportFormatTests {
        /// Debian's: its modules are not there for a Python that comes before it in `PATH`.
        private static let python = "/usr/bin/python3"
        private static let fixtures = Machine.packageDirectory + "/Tests/ReportsTests/Fixtures"

        /// Lets a program read a text from a file, whose path is its last argument.
        private func read(_ text: String, with arguments: [String]) async throws -> CommandResult {
            let sandbox = try Sandbox()
            defer { sandbox.remove() }
            let file = sandbox.directory + "/export"
            try Data(text.utf8).write(to: URL(filePath: file))
            return try await HostCommand(arguments + [file]).run()
        }

        /// What a script prints as JSON about a text.
        private func parse<Answer: Decodable>(_ type: Answer.Type, _ text: String, _ script: String) async throws
            -> Answer
        {
            let result = try await read(text, with: [Self.python, "-c", script])
            guard result.isSuccess else { throw Unexpected("a text that parses, but: \(result.errorOutput)\n\(text)") }
            return try JSONDecoder().decode(type, from: Data(result.output.utf8))
        }

        // MARK: JUnit

        private func schemaErrors(_ document: String) async throws -> String? {
            let schema = ["xmllint", "--nonet", "--noout", "--schema", Self.fixtures + "/junit.xsd"]
            let result = try await read(document, with: schema)
            return result.isSuccess ? nil : result.errorOutput
        }

        @Test(arguments: GateExamples.allCases)
        func junitKeepsToItsSchema(_ example: GateExamples) async throws {
            let errors = try await schemaErrors(GateJUnit(report: example.report).render())
            #expect(errors == nil)
        }

        /// What the other tests rely on: the schema refuses what JUnit does not have.
        @Test(arguments: [
            (" type=\"regression\"", " kind=\"regression\""), (" tests=\"10\"", " tests=\"many\""),
            (" name=\"benchrun docker plain\"", ""), ("<skipped ", "<ignored "), ("<properties>", "<properties>text"),
        ])
        func junitSchemaIsStrict(_ part: String, _ replacement: String) async throws {
            let document = GateJUnit(report: GateExamples.everyStatus.report).render()
            #expect(document.contains(part))
            let errors = try await schemaErrors(document.replacingOccurrences(of: part, with: replacement))
            #expect(try #require(errors).contains("fails to validate"))
        }

        private struct ParsedSuite: Decodable {
            var name: String
            var declared: [Int]
            var counted: [Int]
            var cases: [ParsedCase]
        }

        private struct ParsedCase: Decodable {
            var name: String
            var classname: String
            var result: String?
            var type: String?
            var message: String?
            var text: String?
        }

        private static let junitScript = """
            import json, sys, junitparser
            suites = []
            for suite in junitparser.JUnitXml.fromfile(sys.argv[1]):
                declared = [suite.tests, suite.failures, suite.errors, suite.skipped]
                cases = []
                for case in suite:
                    result = case.result[0] if case.result else None
                    cases.append({
                        "name": case.name, "classname": case.classname, "result": result and type(result).__name__,
                        "type": result and result.type, "message": result and result.message,
                        "text": result and result.text,
                    })
                suite.update_statistics()
                counted = [suite.tests, suite.failures, suite.errors, suite.skipped]
                suites.append({"name": suite.name, "declared": declared, "counted": counted, "cases": cases})
            print(json.dumps(suites))
            """

        @Test(arguments: GateExamples.allCases)
        func junitParserReadsIt(_ example: GateExamples) async throws {
            let report = example.report
            let suites = try await parse([ParsedSuite].self, GateJUnit(report: report).render(), Self.junitScript)
            for suite in suites { #expect(suite.declared == suite.counted) }
            let cases = suites.flatMap(\.cases)
            #expect(cases.map(\.name) == report.rows.map { Printable.line($0.row.label) })
            #expect(cases.map(\.classname) == report.rows.map { Printable.line($0.row.environment) })
            for (row, test) in zip(report.rows, cases) {
                switch row.status {
                case .regression:
                    #expect(test.result == "Failure" && test.type == "regression")
                    #expect(test.text?.contains("overhead changed by +20 %") == true)
                case .suspect, .inconclusive: #expect(test.result == "Skipped" && test.type == row.status.rawValue)
                case .improved, .pass: #expect(test.result == nil)
                }
                if let message = test.message { #expect(message.hasSuffix(Printable.line(row.reason))) }
            }
        }

        // MARK: OpenMetrics

        private struct Family: Decodable {
            var name: String
            var type: String
            var unit: String
            var help: String
            var samples: [Sample]

            struct Sample: Decodable {
                var name: String
                var labels: [String: String]
                var value: Double
            }
        }

        private static let metricsScript = """
            import json, sys
            from prometheus_client.openmetrics.parser import text_fd_to_metric_families
            with open(sys.argv[1], encoding="utf-8", newline="\\n") as file:
                print(json.dumps([{
                    "name": family.name, "type": family.type, "unit": family.unit, "help": family.documentation,
                    "samples": [{"name": s.name, "labels": s.labels, "value": s.value} for s in family.samples],
                } for family in text_fd_to_metric_families(file)]))
            """

        @Test(arguments: GateExamples.allCases)
        func prometheusReadsOpenMetrics(_ example: GateExamples) async throws {
            let report = example.report
            let text = GateOpenMetrics(report: report).render()
            let families = try await parse([Family].self, text, Self.metricsScript)
            let status = "benchrun_gate_status"
            for family in families {
                #expect(family.type == (family.name == status ? "stateset" : "gauge") && !family.help.isEmpty)
                #expect(family.unit == (family.name == status ? "" : "ratio"))
            }
            let states = families.first { $0.name == status }?.samples ?? []
            #expect(states.count == report.rows.count * GateStatus.allCases.count)
            // Line breaks come back; other control characters do not.
            func label(_ text: String) -> String {
                text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
                    Printable.line(String($0))
                }.joined(separator: "\n")
            }
            for row in report.rows {
                let labels = [
                    "workload": label(row.row.workload), "case": label(row.row.caseLabel),
                    "environment": label(row.row.environment), "metric": label(row.row.metric.name),
                ]
                let own = states.filter { $0.labels.filter { $0.key != status } == labels }
                #expect(own.filter { $0.value == 1 }.map { $0.labels[status] } == [row.status.rawValue])
                let overheads = families.flatMap(\.samples).filter { $0.name.hasPrefix("benchrun_overhead_") }
                let values = overheads.filter { $0.labels == labels }.map { ($0.value * 1000).rounded() }
                let ratios = [
                    row.row.candidate.overhead?.value, row.row.candidate.overhead?.lower,
                    row.row.candidate.overhead?.upper,
                ].compactMap { $0 }.map { (exp($0) * 1000).rounded() }
                #expect(values == ratios + ratios, "the overhead's, then those of its change")
            }
        }

        // MARK: JSON

        private static let schemaScript = """
            import json, sys, jsonschema
            def unique(members):
                assert len(dict(members)) == len(members), "a member twice"
                return dict(members)
            with open(sys.argv[1], encoding="utf-8") as file: schema = json.load(file)
            with open(sys.argv[2], encoding="utf-8") as file: document = json.load(file, object_pairs_hook=unique)
            jsonschema.Draft7Validator.check_schema(schema)
            jsonschema.Draft7Validator(schema).validate(document)
            """

        private func schemaErrors(_ document: String, _ schema: String) async throws -> String? {
            let result = try await read(
                document,
                with: [Self.python, "-c", Self.schemaScript, "\(Self.fixtures)/\(schema).schema.json"]
            )
            return result.isSuccess ? nil : result.errorOutput
        }

        @Test(arguments: GateExamples.allCases)
        func jsonKeepsToItsSchemas(_ example: GateExamples) async throws {
            let report = example.report
            #expect(try await schemaErrors(GateBencher(report: report).render(), "bencher") == nil)
            let entries = GateBenchmarkAction(report: report).render()
            #expect(try await schemaErrors(entries, "benchmark-action") == nil)
        }

        @Test(arguments: [
            ("bencher", #"{"a": {"overhead": {"value": null}}}"#), ("bencher", #"{"a": {"overhead": {}}}"#),
            ("bencher", #"{" a": {"overhead": {"value": 1}}}"#), ("bencher", #"{"a": {"MiB/s": {"value": 1}}}"#),
            ("bencher", #"{"a": {"x": {"value": 1}, "x": {"value": 2}}}"#),
            ("benchmark-action", #"[{"name": "a", "unit": "x", "value": "1"}]"#),
            ("benchmark-action", #"[{"name": "a", "value": 1}]"#),
            ("benchmark-action", #"[{"name": "a", "unit": "x", "value": 1, "range": "1 to 2"}]"#),
        ])
        func jsonSchemasAreStrict(_ schema: String, _ document: String) async throws {
            let errors = try #require(try await schemaErrors(document, schema))
            #expect(errors.contains("ValidationError: ") || errors.contains("AssertionError: a member twice"))
        }
    }
}
