import Glibc
import Host

/// The gnuplot program of this host.
struct Gnuplot {
    /// Its name or path.
    var executable = "gnuplot"
    /// Directories it is looked for in, as in `PATH`.
    var searchPath: String

    /// Renders scripts inside their folder, one after the other.
    /// - Throws: ``ReportError`` where gnuplot is missing or does not accept a script; `CancellationError`.
    func render(_ scripts: [String], in folder: String) async throws {
        guard let program = find() else {
            throw ReportError(
                subject: "gnuplot",
                detail: "not found, so there are no pictures; the scripts and data are in \(folder)",
                nextStep: "install it with 'make setup', then run 'benchrun report' again"
            )
        }
        for script in scripts {
            let result: CommandResult
            do {
                result = try await HostCommand(
                    [program, script],
                    environment: ["LC_ALL": "C.UTF-8", "GNUTERM": "unknown"],
                    directory: folder,
                    timeLimit: .seconds(120)
                ).run()
            } catch let error as HostError {
                throw ReportError(
                    subject: "gnuplot",
                    detail: "\(error)",
                    nextStep: "run 'gnuplot \(script)' in \(folder) to see why"
                )
            }
            guard result.isSuccess else {
                let said = result.errorOutput.split(separator: "\n").suffix(4).joined(separator: " ")
                throw ReportError(
                    subject: "gnuplot",
                    detail: "\(script) ended with status \(result.status): \(said)",
                    nextStep: "run 'gnuplot \(script)' in \(folder) to see why"
                )
            }
        }
    }

    private func find() -> String? {
        if executable.contains("/") { return access(executable, X_OK) == 0 ? executable : nil }
        return searchPath.split(separator: ":").map { "\($0)/\(executable)" }.first { access($0, X_OK) == 0 }
    }
}
