import Analysis
import BenchrunModel
import Results

/// Asked, inside and outside, a row for each fact and a column for each environment that was used.
struct AttestationTable {
    /// One fact of one environment.
    struct Cell {
        var text: String
        /// What is wrong with it, or that it is declared; empty where it is as it should be.
        var mark: String
        var hasMark: Bool
        /// CSS class of the mark.
        var tone: String
    }

    /// One fact.
    struct Row {
        var name: String
        var asked: String
        var cells: [Cell]
    }

    var columns: [String]
    var rows: [Row]
    var isEmpty: Bool

    init(_ attestation: Attestation) {
        columns = attestation.environments
        rows = attestation.rows.map(Self.row)
        isEmpty = rows.isEmpty
    }

    private static func row(_ row: Attestation.Row) -> Row {
        // What differs between environments is said in their cells.
        let asked = Set(row.cells.map(\.asked))
        let common = asked.count == 1 ? asked.first.flatMap { $0 } : nil
        return Row(
            name: row.fact,
            asked: common.map { text($0, row.fact) } ?? "",
            cells: row.cells.map { cell(row.fact, $0, isAskedAlike: asked.count == 1) }
        )
    }

    private static func cell(_ fact: String, _ cell: Attestation.Cell, isAskedAlike: Bool) -> Cell {
        let inside = cell.inside.map { text($0, fact) }
        let outside = cell.outside.map { text($0, fact) }
        var words: [String] = []
        if let inside { words.append(inside) }
        if let outside { words.append(inside == outside ? "the same outside" : "\(outside) outside") }
        if words.isEmpty { words.append("–") }
        if !isAskedAlike, let asked = cell.asked { words.append("asked for \(text(asked, fact))") }
        let (mark, tone) =
            switch cell.state {
            case .same, .unknown: ("", "plain")
            case .declared: ("differs, declared", "plain")
            case .differs: ("≠ native", "open")
            case .notAsAsked: ("≠ asked", "bad")
            }
        return Cell(text: words.joined(separator: "; "), mark: mark, hasMark: !mark.isEmpty, tone: tone)
    }

    /// A value as people read it.
    private static func text(_ value: String, _ fact: String) -> String {
        switch fact {
        case FactKey.cpuFlags: return "\(value.split(separator: " ").count) flags"
        case FactKey.packageList: return Printable.line(String(value.prefix(19)))
        case FactKey.memoryLimit, FactKey.lastLevelCache:
            guard let bytes = Double(value) else { return Printable.line(value, limit: 160) }
            return Format.bytes(bytes)
        default: return Printable.line(value, limit: 160)
        }
    }
}
