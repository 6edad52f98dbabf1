public import BenchrunModel
import Glibc

/// Where runs and their reports are kept: `results/<run-id>/` and `plots/<run-id>/`. Methods block; see ``FileQueue``.
public struct RunStore: Sendable {
    /// The folder of runs.
    public var results: String
    /// The folder of reports.
    public var plots: String

    /// Names the folders, which need not exist.
    public init(results: String = "results", plots: String = "plots") {
        self.results = results
        self.plots = plots
    }

    /// The folder of a run.
    public func folder(of run: RunID) -> RunFolder {
        RunFolder(path: "\(results)/\(run)")
    }

    /// The folder of a run's report.
    public func plotsFolder(of run: RunID) -> String {
        "\(plots)/\(run)"
    }

    /// Runs that have a manifest, the oldest first; those whose id is not a time stamp come before the others.
    public func runs() -> [RunID] {
        guard let directory = opendir(results) else { return [] }
        defer { closedir(directory) }
        var found: [RunID] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name, let run = RunID(name), folder(of: run).exists else { continue }
            found.append(run)
        }
        return found.sorted { (Self.isTimeStamp($0) ? 1 : 0, $0.text) < (Self.isTimeStamp($1) ? 1 : 0, $1.text) }
    }

    /// The run that began last; nil without any.
    public var latest: RunID? { runs().last }

    /// Finds a run by what a user types: its id, `latest`, or the path of its folder.
    /// - Throws: ``ResultsError`` where there is none.
    public func find(_ name: String) throws(ResultsError) -> RunFolder {
        if name == "latest" {
            guard let latest else {
                throw ResultsError(
                    subject: "latest",
                    detail: "there is no run in '\(results)'",
                    nextStep: "make one with 'benchrun all'"
                )
            }
            return folder(of: latest)
        }
        if let run = RunID(name), folder(of: run).exists { return folder(of: run) }
        let folder = RunFolder(path: name)
        if folder.exists { return folder }
        throw ResultsError(
            subject: Printable.line(name, limit: 80),
            detail: "no such run in '\(results)', and not a run's folder",
            nextStep: "'benchrun list runs' shows what is there"
        )
    }

    /// `20261123-224501-7f3a`
    private static func isTimeStamp(_ run: RunID) -> Bool {
        let parts = run.text.split(separator: "-")
        return parts.count >= 2 && parts[0].count == 8 && parts[1].count == 6
            && (parts[0] + parts[1]).allSatisfy { $0.isASCII && $0.isNumber }
    }
}
