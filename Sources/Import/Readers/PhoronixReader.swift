import BenchrunModel
import Results

/// The Phoronix Test Suite's `composite.xml`: one workload for each test, its description as the case, and one
/// environment for each system that the file compares.
enum PhoronixReader {
    static func read(_ bytes: [UInt8], file: String) throws(ImportError) -> ForeignResults {
        let root = try XMLReader.document(bytes, file: file)
        guard root.name == "PhoronixTestSuite" else {
            throw ImportError(
                subject: "\(file):\(root.line)",
                detail: "expected the element 'PhoronixTestSuite' and found '\(Printable.line(root.name, limit: 40))'"
            )
        }
        var list = SeriesList(file: file)
        var notes: [String] = []
        let results = root.all("Result")
        for result in results {
            // Graphs over time, pictures and pass or fail hold no values to compare.
            let format = try result.words("DisplayFormat", file: file)
            guard format.isEmpty || format == "BAR_GRAPH" else {
                let place = "\(ForeignName.lastComponent(of: file)):\(result.line)"
                notes.append(
                    "\(place): a result of the form \(Printable.line(format, limit: 40)) has no values to compare and "
                        + "was left out"
                )
                continue
            }
            try add(result, file: file, to: &list)
        }
        guard !list.series.isEmpty else {
            throw ImportError(
                subject: "\(file):\(root.line)",
                detail: "expected a 'Result' with values to compare and found "
                    + (results.isEmpty ? "none" : "\(results.count) of other forms")
            )
        }
        return ForeignResults(
            file: file,
            tool: try tool(root, file: file),
            measurements: list.series,
            facts: try facts(root, file: file),
            hasPrimaryMetric: false,
            notes: notes
        )
    }

    /// `Phoronix Test Suite v10.8.4`
    private static func tool(_ root: XMLTree, file: String) throws(ImportError) -> String {
        let client = try root.only("Generated", file: file)?.words("TestClient", file: file) ?? ""
        return client.isEmpty ? "Phoronix Test Suite" : String(client.prefix(80))
    }

    private static func add(_ result: XMLTree, file: String, to list: inout SeriesList) throws(ImportError) {
        let title = try result.words("Title", file: file)
        let identifier = try result.words("Identifier", file: file)
        let subject = "\(file):\(result.line)"
        let scale = try result.words("Scale", file: file)
        let unit = ForeignUnit.canonical(scale)
        let proportion = try result.words("Proportion", file: file)
        let better: Better =
            switch proportion {
            case "HIB": .higher
            case "LIB": .lower
            case "": ForeignUnit.better(unit)
            default:
                throw ImportError(
                    subject: subject,
                    detail: "Proportion: expected 'HIB', 'LIB' or nothing and found "
                        + "'\(Printable.line(proportion, limit: 20))'"
                )
            }
        let workload = try ForeignName.check(identifier.isEmpty ? title : identifier, "Identifier", at: subject)
        let entries = try result.only("Data", file: file)?.all("Entry") ?? []
        guard !entries.isEmpty else {
            throw ImportError(subject: subject, detail: "'\(workload)': expected an 'Entry' in 'Data' and found none")
        }
        for entry in entries {
            let system = try entry.words("Identifier", file: file)
            let series = ForeignMeasurement(
                environment: try system.isEmpty ? nil : ForeignName.check(system, "Identifier", at: subject),
                workload: workload,
                title: title,
                caseLabel: try result.words("Description", file: file),
                metric: scale.isEmpty ? "result" : scale,
                unit: unit,
                better: better
            )
            try list.add(try values(entry, file: file), to: series)
        }
    }

    /// The single values of `RawString`, else the one of `Value`. The suite writes an entry without either for a test
    /// that failed on a system.
    private static func values(_ entry: XMLTree, file: String) throws(ImportError) -> [ForeignValue] {
        for name in ["RawString", "Value"] {
            guard let child = try entry.only(name, file: file) else { continue }
            let text = ForeignName.clean(child.text)
            if text.isEmpty { continue }
            return try text.split(separator: ":", omittingEmptySubsequences: false).map { part throws(ImportError) in
                guard let value = Numeral(part).value else {
                    throw ImportError(
                        subject: "\(file):\(child.line)",
                        detail: "\(name): expected finite numbers with ':' between them and found "
                            + "'\(Printable.line(String(part), limit: 40))'"
                    )
                }
                return ForeignValue(value, line: child.line)
            }
        }
        return [ForeignValue(failure: "the file has no value: the test failed on this system", line: entry.line)]
    }

    // MARK: Systems

    /// CPU and kernel of each system, under the names that benchrun compares.
    private static func facts(_ root: XMLTree, file: String) throws(ImportError) -> [String: [String: String]] {
        var facts: [String: [String: String]] = [:]
        for system in root.all("System") {
            let name = try system.words("Identifier", file: file)
            let hardware = pairs(try system.words("Hardware", file: file))
            let software = pairs(try system.words("Software", file: file))
            var own: [String: String] = [:]
            own[FactKey.cpuModel] = hardware["Processor"]
            own[FactKey.kernel] = software["Kernel"]
            own["reported.memory"] = hardware["Memory"]
            own["reported.disk"] = hardware["Disk"]
            own["reported.os"] = software["OS"]
            own["reported.layer"] = software["System Layer"]
            own["reported.date"] = try system.words("TimeStamp", file: file)
            facts[name] = own.filter { !$0.value.isEmpty }
        }
        return facts
    }

    /// `Processor: Intel Xeon @ 2.5GHz (1 Core, 2 Threads), Memory: 16GB`; a part without a name belongs to the one
    /// before it.
    private static func pairs(_ text: String) -> [String: String] {
        var pairs: [String: String] = [:]
        var name = ""
        for part in text.split(separator: ",").map({ ForeignName.clean(String($0)) }) {
            if let colon = part.firstRange(of: ": ") {
                name = String(part[..<colon.lowerBound])
                pairs[name] = String(part[colon.upperBound...].prefix(200))
            } else if !name.isEmpty {
                pairs[name, default: ""] += ", \(part.prefix(200))"
            }
        }
        return pairs
    }
}
