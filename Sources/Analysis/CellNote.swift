public import BenchrunModel

/// A flag that some launches of a row carry although they count.
public struct CellNote: Sendable, Codable, Equatable {
    /// The flag.
    public var flag: CellFlag
    /// In how many rounds.
    public var rounds: Int

    /// Creates a note.
    public init(flag: CellFlag, rounds: Int) {
        self.flag = flag
        self.rounds = rounds
    }
}
