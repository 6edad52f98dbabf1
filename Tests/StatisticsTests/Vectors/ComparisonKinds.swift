import Foundation
import Statistics

extension VectorRunner {
    static let testKinds: [String: Computation] = [
        "signed-rank-p": { input in
            let d = try logRatios(input)
            return .array(
                try input.numbers("margins").map { margin in
                    let test = HodgesLehmann.testGreater(d, than: log(1 + margin))
                    return .object(["W": JSON(test?.statistic), "p": JSON(test?.p)])
                }
            )
        },
        "mwu-asymptotic": { input in
            let test = MannWhitneyTest.asymptotic(try input.numbers("x"), try input.numbers("y"))
            return .object(["U": JSON(test?.u), "p": JSON(test?.p)])
        },
        "mwu-exact": { input in
            let test = MannWhitneyTest.exact(try input.numbers("x"), try input.numbers("y"))
            return .object(["U": JSON(test?.u), "p": JSON(test?.p)])
        },
        "perm-two-sample": { input in
            guard try input.text("statistic") == "abs difference of means" else {
                throw JSON.Missing(description: "only the absolute difference of means is specified")
            }
            let test = PermutationTest.twoSample(try input.numbers("a"), try input.numbers("b"))
            return .object(["p": JSON(test?.p), "n": JSON(test?.arrangements)])
        },
        "perm-signflip": { input in
            guard try input.text("statistic") == "abs mean" else {
                throw JSON.Missing(description: "only the absolute mean is specified")
            }
            let test = PermutationTest.signFlip(try input.numbers("d"))
            return .object(["p": JSON(test?.p), "n": JSON(test?.arrangements)])
        },
        "p-adjust": { input in
            let p = try input.numbers("p")
            return .object([
                "holm": JSON(MultipleTests.holm(p)), "bh": JSON(MultipleTests.benjaminiHochberg(p)),
            ])
        },
        "tost": { input in
            let test = Equivalence.test(
                try input.numbers("d"),
                delta: try input.number("delta"),
                alpha: try input.number("alpha")
            )
            return .object([
                "pSignedRank": JSON(test?.pSignedRank), "pT": JSON(test?.pT),
                "lo": JSON(test?.estimate.lower), "hi": JSON(test?.estimate.upper),
                "verdict": test.map { .string($0.verdict.kind.rawValue) } ?? .null,
                "leaning": test.map { .string($0.verdict.leaning.rawValue) } ?? .null,
            ])
        },
        "verdict": { input in
            .array(
                try input.elements.map { row in
                    let verdict = Verdict.of(
                        lower: try row.optionalNumber("lo"),
                        upper: try row.optionalNumber("hi"),
                        delta: try row.number("delta")
                    )
                    return .object([
                        "verdict": .string(verdict.kind.rawValue), "leaning": .string(verdict.leaning.rawValue),
                    ])
                }
            )
        },
    ]

    static let gateKinds: [String: Computation] = [
        "file-gate": { input in
            let baseline = try input.numbers("baseLogRatios")
            let candidate = try input.numbers("candLogRatios")
            let margin = log(1 + (try input.number("margin")))
            let estimate = HodgesLehmann.twoSample(
                baseline: baseline,
                candidate: candidate,
                alpha: try input.number("alpha")
            )
            let atZero = HodgesLehmann.testGreater(baseline: baseline, candidate: candidate, than: 0)
            let atMargin = HodgesLehmann.testGreater(baseline: baseline, candidate: candidate, than: margin)
            return .object(
                overhead(estimate).merging(
                    [
                        "U0": JSON(atZero?.statistic), "p0": JSON(atZero?.p),
                        "Umargin": JSON(atMargin?.statistic), "pMargin": JSON(atMargin?.p),
                    ]
                ) { first, _ in first }
            )
        },
        "session-widen": { input in
            let widened = SessionSpread.widened(
                estimate: try input.number("estimate"),
                lower: try input.number("lo"),
                upper: try input.number("hi"),
                tau: try input.number("tau"),
                q: try input.number("q")
            )
            return .object(["lo": .number(widened.lower), "hi": .number(widened.upper)])
        },
        "gate-file": { input in
            let delta = try input.number("delta")
            let rows = try input["rows"].elements.map { row in
                FileGate.Row(
                    lower: try row.optionalNumber("lo"),
                    upper: try row.optionalNumber("hi"),
                    pZero: try row.optionalNumber("pZero"),
                    delta: delta
                )
            }
            let gate = FileGate.judge(rows, level: try input.number("alpha"))
            return .object([
                "adjusted": JSON(gate.adjusted),
                "status": .array(gate.statuses.map { .string($0.rawValue) }),
                "exitCode": JSON(Int(gate.exitCode)),
            ])
        },
        "history-prediction": { input in
            let prediction = HistoryPrediction.of(history: try input.numbers("history"), x: try input.number("x"))
            return .object([
                "t": JSON(prediction?.t), "pGreater": JSON(prediction?.pGreater), "upper": JSON(prediction?.upper),
            ])
        },
    ]
}
