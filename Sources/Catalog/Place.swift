import Yams

/// Where something is in a file.
struct Place: Comparable {
    /// Line, from 1.
    var line: Int
    /// Column, from 1, counted in Unicode scalars.
    var column: Int

    static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension Place {
    /// As Yams gives it.
    init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}

extension Node {
    /// Where it begins.
    var place: Place? { mark.map { Place($0) } }
}
