import Results

/// What a report says about a run whose values another tool measured: nothing that benchrun has not seen.
enum ImportWords {
    /// What the table of facts shows, in short and in a sentence.
    static let attestationTitle = "What the imported files say about the environments"
    static let attestationNote = "What the imported files say about the environments; benchrun has not seen them."

    /// How the values came to be compared.
    static func method(_ origin: RunOrigin) -> [String] {
        let measured =
            "\(Printable.line(origin.tool, limit: 200)) measured these values, and benchrun imported them. How they "
            + "were measured is not known here: neither whether the same programs ran everywhere, nor with which CPUs, "
            + "quota and memory, nor in which order."
        let verdict =
            "A verdict compares the interval with the smallest change that matters, 5 % where nothing else is known: "
            + "slower or faster when the whole interval lies beyond it, equivalent when the whole interval lies within "
            + "it, inconclusive otherwise. Inconclusive does not mean equal."
        return [measured] + (origin.isPaired ? paired : unpaired) + [verdict]
    }

    private static let paired = [
        "The files name rounds. Each round gives one ratio between an environment and native, turned so that more than "
            + "0 always means that the environment costs more; iterations inside a round are averaged first. Average "
            + "every pair of rounds, each round with itself too: the middle one of these averages is the answer (the "
            + "Hodges-Lehmann estimate). The interval beside it is exact for the number of rounds if the rounds are "
            + "independent; it needs at least 6 of them."
    ]

    private static let unpaired = [
        "The values belong to no rounds, so that no value of one environment goes with one of another. Each "
            + "environment is compared with native as two independent samples: take the ratio of every value of the "
            + "one to every value of the other, turned so that more than 0 always means that the environment costs "
            + "more; the middle one of these ratios is the answer (the two-sample Hodges-Lehmann estimate). The "
            + "interval beside it comes from the Mann-Whitney distribution; it needs at least 4 values on each side.",
        "That interval takes every value as independent of the others and the two samples as alike but for a factor. "
            + "It cannot see what changed between one environment's measurement and the next: a host that was busier, "
            + "warmer or set up otherwise counts as the environment's cost. Interleaved rounds, as benchrun measures "
            + "them, do not have this weakness.",
    ]

    /// Where the values are from.
    static func conditions(_ origin: RunOrigin, _ manifest: RunManifest, host: String) -> [ReportModel.Pair] {
        let files = origin.files.prefix(20).joined(separator: ", ")
        let more = origin.files.count > 20 ? " and \(origin.files.count - 20) more" : ""
        return [
            ReportModel.Pair(name: "Measured by", value: Printable.line(origin.tool, limit: 400)),
            ReportModel.Pair(name: "Files", value: Printable.line(files + more)),
            ReportModel.Pair(name: "Native's host", value: Printable.line(host, limit: 400)),
        ]
            + manifest.sessions.map { session in
                ReportModel.Pair(
                    name: "Imported",
                    value: "\(UTC.minute(session.wallClock)); when the values were measured is another time"
                )
            }
    }
}
