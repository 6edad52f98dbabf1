import Foundation
import Statistics

extension VectorRunner {
    static let estimateKinds: [String: Computation] = [
        "summary": { input in
            let x = try input.numbers("x")
            return .object([
                "median": JSON(Summary.median(x)), "mad": JSON(Summary.mad(x)), "mean": JSON(Summary.mean(x)),
                "sd": JSON(Summary.sd(x)),
            ])
        },
        "quantile": { input in
            let x = try input.numbers("x")
            guard try input.integer("type") == 7 else { throw JSON.Missing(description: "only type 7 is specified") }
            return .array(try input.numbers("p").map { JSON(Summary.quantile(x, $0)) })
        },
        "t-quantile": { input in
            let p = try input.number("p")
            return .array(try input.numbers("df").map { .number(StudentT.quantile(p, degrees: $0)) })
        },
        "mean-ci-t": { input in
            let interval = MeanInterval.of(try input.numbers("x"), confidence: try input.number("confidence"))
            return .object(["mean": JSON(interval?.mean), "lo": JSON(interval?.lower), "hi": JSON(interval?.upper)])
        },
        "ratio-log-t": { input in
            let interval = MeanInterval.ratio(
                native: try input.numbers("native"),
                environment: try input.numbers("env"),
                confidence: try input.number("confidence")
            )
            return .object(["ratio": JSON(interval?.mean), "lo": JSON(interval?.lower), "hi": JSON(interval?.upper)])
        },
        "overhead-hl": { input in
            let d = try logRatios(input)
            return .object(
                overhead(HodgesLehmann.oneSample(d, alpha: try input.number("alpha"))).merging(
                    [
                        "W": JSON(HodgesLehmann.testGreater(d, than: 0)?.statistic),
                        "pGreater0": JSON(HodgesLehmann.testGreater(d, than: 0)?.p),
                    ]
                ) { first, _ in first }
            )
        },
        "overhead-hl-log": { input in
            let estimate = HodgesLehmann.oneSample(try input.numbers("d"), alpha: try input.number("alpha"))
            return .object([
                "estimate": JSON(estimate?.value), "lo": JSON(estimate?.lower), "hi": JSON(estimate?.upper),
                "k": JSON(estimate?.rank), "achievedConfidence": JSON(estimate?.achievedConfidence),
            ])
        },
        "suite-overhead": { input in
            let perRound = SuiteOverhead.perRound(try input["logRatios"].elements.map { try $0.numbers })
            let estimate = HodgesLehmann.oneSample(perRound, alpha: try input.number("alpha"))
            return .object(overhead(estimate).merging(["perRound": JSON(perRound)]) { first, _ in first })
        },
        "geomean": { input in
            .object(["geomean": JSON(Summary.geometricMean(try input.numbers("ratios")))])
        },
        "bootstrap-ratio": { input in
            try bootstrap(input, seed: try input.seed())
        },
        "bootstrap-ratio-any-prng": { input in
            try bootstrap(input, seed: 20_260_801)
        },
    ]

    /// d of the input's `native` and `env`; lower is better unless a `direction` says otherwise.
    static func logRatios(_ input: JSON) throws -> [Double] {
        LogRatio.of(
            native: try input.numbers("native"),
            environment: try input.numbers("env"),
            higherIsBetter: (try? input.text("direction")) == "higher-is-better"
        )
    }

    /// An estimate of log ratios as ratios.
    static func overhead(_ estimate: Estimate?) -> [String: JSON] {
        [
            "ratio": JSON(estimate.map { exp($0.value) }),
            "lo": JSON(estimate?.lower.map { exp($0) }),
            "hi": JSON(estimate?.upper.map { exp($0) }),
            "k": JSON(estimate?.rank),
            "achievedConfidence": JSON(estimate?.achievedConfidence),
        ]
    }

    private static func bootstrap(_ input: JSON, seed: UInt64) throws -> JSON {
        let ratio = CostRatio.bootstrap(
            native: try input.numbers("native"),
            environment: try input.numbers("env"),
            resamples: try input.integer("B"),
            seed: seed,
            alpha: try input.number("alpha")
        )
        return .object(["estimate": JSON(ratio?.value), "lo": JSON(ratio?.lower), "hi": JSON(ratio?.upper)])
    }
}
