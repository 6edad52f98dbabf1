import Analysis
import BenchrunModel
import Foundation
import Glibc
import Reports
import Results

/// A report that was made: the answer for standard output, and where its files are.
struct RunReport: Sendable {
    let report: ReportBuilder.Report
    let runFolder: String

    /// Environments that could not be used.
    var unavailable: [String] {
        report.analysis.environments.filter { $0.unavailable != nil }.map(\.name)
    }

    func text(colour: Bool) -> String {
        TerminalReport(
            analysis: report.analysis,
            files: [("samples", runFolder + "/samples.csv"), ("report", report.page)],
            width: Reporting.outputWidth,
            colour: colour
        ).render()
    }

    /// What `--json` prints.
    private struct Answer: Encodable {
        var analysis: RunAnalysis
        var samples: String
        var files: [String]
    }

    func json() throws -> String {
        try JSON.text(
            Answer(analysis: report.analysis, samples: runFolder + "/samples.csv", files: report.files)
        )
    }
}

/// Makes reports from the folders of runs.
enum Reporting {
    /// The report of a run by id, folder or `latest`.
    static func build(named name: String, store: StoreOptions) async throws -> RunReport {
        let folder = try store.runs.find(name)
        let run = (folder.path as NSString).lastPathComponent
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let report = try await ReportBuilder(searchPath: path).build(
            runFolder: folder,
            plotsFolder: store.plots + "/" + run
        )
        return RunReport(report: report, runFolder: folder.path)
    }

    /// Columns of the terminal on standard output, or 120 where it is none.
    static var outputWidth: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 120 }
        return Int(size.ws_col)
    }

    /// True where colour is wanted: a terminal, and no NO_COLOR.
    static var wantsColour: Bool {
        Terminal.outputIsTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }
}
