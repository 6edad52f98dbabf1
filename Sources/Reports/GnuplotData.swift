/// A tab-separated data file in blocks, which gnuplot selects with `index`.
struct GnuplotData {
    /// File name in the folder of plots.
    var name: String
    private var lines: [String]
    private var blocks = 0

    /// An empty file.
    /// - Parameters:
    ///   - about: sentences for a reader of the file.
    ///   - columns: the names of its columns.
    init(name: String, about: [String], columns: [String]) {
        self.name = name
        lines = about.map { "# " + GnuplotText.comment($0) } + ["# " + columns.joined(separator: "\t")]
    }

    /// Adds a block and returns its index; nil without rows, since gnuplot has no empty blocks.
    mutating func add(_ title: String, rows: [[String]]) -> Int? {
        guard !rows.isEmpty else { return nil }
        if blocks > 0 { lines += ["", ""] }
        lines.append("# index \(blocks): " + GnuplotText.comment(title))
        lines += rows.map { $0.joined(separator: "\t") }
        blocks += 1
        return blocks - 1
    }

    /// The file's text.
    var text: String { lines.map { $0 + "\n" }.joined() }
}
