public import Analysis
public import Results

/// Makes a run's report from its folder alone: scripts, data, pictures, report.md, report.html.
///
/// The output depends on the run only: made twice, it is the same, byte by byte (pictures as far as gnuplot is).
public struct ReportBuilder: Sendable {
    /// A report on disk.
    public struct Report: Sendable {
        /// The figures.
        public var analysis: RunAnalysis
        /// Folder of everything below.
        public var folder: String
        /// Paths of what was written.
        public var files: [String]
        /// Why there are no pictures; nil where there are. All else has been written.
        public var pictureError: ReportError?

        /// Path of report.html.
        public var page: String { "\(folder)/report.html" }
        /// Path of report.md.
        public var markdown: String { "\(folder)/report.md" }
    }

    private let gnuplot: Gnuplot

    /// Creates a builder.
    /// - Parameter searchPath: directories to look for gnuplot in, as in `PATH`.
    public init(searchPath: String) {
        gnuplot = Gnuplot(searchPath: searchPath)
    }

    /// Makes all of it, replacing what is there.
    /// - Throws: ``ResultsError`` where the run cannot be read or a file not written; `CancellationError`.
    public func build(runFolder: RunFolder, plotsFolder: String) async throws -> Report {
        let (manifest, analysis) = try await FileQueue.run("report.read") { () throws(ResultsError) in
            (try runFolder.loadManifest(), try RunAnalysis.of(runFolder))
        }
        let notes = PlotNotes(manifest: manifest, analysis: analysis)
        let marks = PlotMark.marks(analysis.environments.map(\.name))
        let plots =
            [OverheadPlot(notes: notes, marks: marks).plot()] + [StartupPlot(notes: notes).plot()].compactMap { $0 }
            + TimelinePlot.all(notes).compactMap { $0.plot() }
            + [SamplesPlot(notes: notes, marks: marks).plot()] + [LadderPlot(notes: notes).plot()].compactMap { $0 }
        var files = try await write(
            plots.flatMap { [($0.scriptName, $0.script), ($0.data.name, $0.data.text)] },
            to: plotsFolder
        )
        var pictureError: ReportError?
        do {
            try await gnuplot.render(plots.map(\.scriptName), in: plotsFolder)
            files += plots.flatMap { ["\(plotsFolder)/\($0.vectorName)", "\(plotsFolder)/\($0.bitmapName)"] }
        } catch let error as ReportError {
            pictureError = error
        }
        let hasPictures = pictureError == nil
        let pictures = try await FileQueue.run("report.pictures") { () throws(ResultsError) in
            try plots.map { plot throws(ResultsError) in
                try Self.picture(plot, in: plotsFolder, exists: hasPictures)
            }
        }
        let model = ReportModelBuilder(
            manifest: manifest,
            analysis: analysis,
            notes: notes,
            pictures: pictures
        ).model()
        files += try await write(
            [
                ("report.md", try ReportTemplate.render(MarkdownTemplate.text, model)),
                ("report.html", try ReportTemplate.render(HTMLTemplate.text, model)),
            ],
            to: plotsFolder
        )
        return Report(analysis: analysis, folder: plotsFolder, files: files, pictureError: pictureError)
    }

    private func write(_ files: [(name: String, text: String)], to folder: String) async throws -> [String] {
        try await FileQueue.run("report.write") { () throws(ResultsError) in
            for file in files { try replaceFile("\(folder)/\(file.name)", with: Array(file.text.utf8)) }
        }
        return files.map { "\(folder)/\($0.name)" }
    }

    private static func picture(
        _ plot: Plot,
        in folder: String,
        exists: Bool
    ) throws(ResultsError) -> ReportModel.Picture {
        var markup: String?
        if exists {
            let file = String(decoding: try readFile("\(folder)/\(plot.vectorName)"), as: UTF8.self)
            markup = InlinePicture(name: plot.name, description: plot.description).markup(file)
        }
        return ReportModel.Picture(
            name: plot.name,
            description: plot.description,
            file: plot.vectorName,
            script: plot.scriptName,
            markup: markup ?? "",
            exists: markup != nil
        )
    }
}
