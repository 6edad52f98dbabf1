import Glibc

/// A samples.csv that rows can be appended to: whole, with a header and nothing cut off.
struct SampleFile: Sendable {
    /// Writes the file's columns in the file's order.
    var encoder: SampleEncoder
    /// Size in bytes.
    var length: Int
    /// What was moved aside, as a sentence.
    var repair: String?

    /// What helps when it cannot be written.
    static let nextStep = "free some space there, then continue with 'benchrun resume'"

    /// Creates the file with its header, or repairs the one that is there. Blocks.
    static func prepare(path: String) throws(ResultsError) -> SampleFile {
        let file = try FileDescriptor(path, flags: O_RDWR | O_CREAT | O_APPEND, nextStep: nextStep)
        let size = try file.size()
        guard size > 0 else { return try create(file, path: path, repair: nil) }
        let (header, end) = try whole(path: path)
        guard end < size else {
            return SampleFile(encoder: header.map { SampleEncoder(header: $0.names) } ?? SampleEncoder(), length: size)
        }
        let repair = try moveTail(of: file, from: end, to: "\(path).partial")
        guard let header else { return try create(file, path: path, repair: repair) }
        return SampleFile(encoder: SampleEncoder(header: header.names), length: end, repair: repair)
    }

    private static func create(
        _ file: borrowing FileDescriptor,
        path: String,
        repair: String?
    ) throws(ResultsError) -> SampleFile {
        let header = Array((SampleColumn.header + "\n").utf8)
        do {
            try file.write(header, nextStep: nextStep)
            try file.synchronize(nextStep: nextStep)
        } catch {
            // Half a header is worse than none; but the first error is the one to tell.
            try? file.truncate(to: 0)
            throw error
        }
        try FileDescriptor.synchronize(directory: FileDescriptor.parent(of: path))
        return SampleFile(encoder: SampleEncoder(), length: header.count, repair: repair)
    }

    /// The header, and where the whole cells end. The header is nil where even that is cut off.
    private static func whole(path: String) throws(ResultsError) -> (header: SampleHeader?, end: Int) {
        var scanner = try CSVScanner(path: path)
        guard case .record = try scanner.next() else { return (nil, 0) }
        let header = try SampleHeader(scanner, path: path)
        let cellPlace = header.places[SampleColumn.cell.rawValue]
        var end = scanner.recordEnd
        var cell: String?
        var cellStart = end
        while true {
            let step = try scanner.next()
            if case .end = step { return (header, end) }
            let isShort = scanner.count < header.names.count
            if case .record = step, !isShort {
                let name = scanner.text(cellPlace)
                if name != cell {
                    cell = name
                    cellStart = scanner.recordStart
                }
                end = scanner.recordEnd
                continue
            }
            // A cell is written at once: what is cut off takes the rows of its own cell with it, so that `resume`
            // measures the cell again instead of keeping half of it.
            let isOfLastCell = cell != nil && scanner.count > cellPlace && scanner.text(cellPlace) == cell
            let line = scanner.line
            if case .record = step {
                guard case .end = try scanner.next() else {
                    throw ResultsError(
                        subject: "\(path):\(line)",
                        detail: "fields are missing",
                        nextStep: "correct or remove the line"
                    )
                }
            }
            return (header, isOfLastCell ? cellStart : end)
        }
    }

    private static func moveTail(
        of file: borrowing FileDescriptor,
        from end: Int,
        to partial: String
    ) throws(ResultsError) -> String {
        var tail = try file.bytes(in: end..<file.size())
        let count = tail.count
        if tail.last != SampleEncoder.lineFeed { tail.append(SampleEncoder.lineFeed) }
        do {
            let other = try FileDescriptor(partial, flags: O_WRONLY | O_CREAT | O_APPEND, nextStep: nextStep)
            try other.write(tail, nextStep: nextStep)
            try other.synchronize(nextStep: nextStep)
        }
        try file.truncate(to: end)
        try file.synchronize(nextStep: nextStep)
        try FileDescriptor.synchronize(directory: FileDescriptor.parent(of: partial))
        return "\(file.path): the last write was cut off; its \(count) bytes are in \(partial) and its cell counts as "
            + "not measured"
    }
}
