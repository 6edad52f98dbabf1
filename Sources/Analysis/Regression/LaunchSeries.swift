import BenchrunModel

/// The launches of one series: for each the mean of its measured iterations.
struct LaunchSeries: Sendable {
    /// One launch.
    private struct Launch {
        var round: Int32
        /// Session, then attempt: later ones are greater.
        var take: UInt32
        /// The first and the last iteration it holds.
        var first: Int32
        var iteration: Int32
        var count: Int32
        var sum: Double
        var isBroken: Bool
    }

    private var launches: [Launch] = []

    /// Takes a row. Rows of a launch follow each other in a file that benchrun wrote, and ``finish()`` brings them together
    /// in any other.
    /// - Returns: false where the row is there already.
    mutating func add(_ sample: Sample) -> Bool {
        let round = Int32(clamping: sample.round)
        let take = UInt32(clamping: sample.session) << 16 | UInt32(clamping: min(sample.attempt, 0xFFFF))
        let iteration = Int32(clamping: sample.iteration)
        let value = sample.outcome == .ok ? sample.value : nil
        if let last = launches.indices.last, launches[last].round == round, launches[last].take == take {
            guard iteration > launches[last].iteration else { return false }
            launches[last].iteration = iteration
            launches[last].count += 1
            launches[last].sum += value ?? 0
            if value == nil { launches[last].isBroken = true }
        } else {
            launches.append(
                Launch(
                    round: round,
                    take: take,
                    first: iteration,
                    iteration: iteration,
                    count: 1,
                    sum: value ?? 0,
                    isBroken: value == nil
                )
            )
        }
        return true
    }

    /// Sorts by round and attempt, and brings the parts of a launch together; iterations that are there twice count once.
    /// - Returns: how many rows that leaves out.
    mutating func finish() -> Int {
        let isSorted = zip(launches, launches.dropFirst()).allSatisfy { Self.order($0, $1) }
        guard !isSorted else { return 0 }
        let sorted = launches.enumerated().sorted { a, b in
            if Self.order(a.element, b.element) { return true }
            if Self.order(b.element, a.element) { return false }
            return (a.element.first, a.offset) < (b.element.first, b.offset)
        }
        var kept: [Launch] = []
        var left = 0
        for (_, launch) in sorted {
            guard let last = kept.indices.last, kept[last].round == launch.round, kept[last].take == launch.take else {
                kept.append(launch)
                continue
            }
            guard launch.first > kept[last].iteration else {
                left += Int(launch.count)
                continue
            }
            kept[last].iteration = launch.iteration
            kept[last].count += launch.count
            kept[last].sum += launch.sum
            if launch.isBroken { kept[last].isBroken = true }
        }
        launches = kept
        return left
    }

    private static func order(_ a: Launch, _ b: Launch) -> Bool {
        a.round == b.round ? a.take < b.take : a.round < b.round
    }

    /// The value of the latest sound attempt of each round.
    func latest() -> [Double] {
        var values: [(round: Int32, value: Double)] = []
        for launch in launches where !launch.isBroken {
            let value = launch.sum / Double(launch.count)
            if values.last?.round == launch.round { values.removeLast() }
            values.append((launch.round, value))
        }
        return values.map(\.value)
    }

    /// Values of both series in the rounds that both have, of the latest attempt that is sound in both.
    static func pairs(_ one: LaunchSeries, _ other: LaunchSeries) -> [(Double, Double)] {
        var pairs: [(round: Int32, values: (Double, Double))] = []
        var index = 0
        for launch in other.launches where !launch.isBroken {
            while index < one.launches.count, order(one.launches[index], launch) { index += 1 }
            guard index < one.launches.count else { break }
            let base = one.launches[index]
            guard base.round == launch.round, base.take == launch.take, !base.isBroken else { continue }
            if pairs.last?.round == launch.round { pairs.removeLast() }
            pairs.append(
                (launch.round, (base.sum / Double(base.count), launch.sum / Double(launch.count)))
            )
        }
        return pairs.map(\.values)
    }
}
