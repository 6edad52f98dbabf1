import Statistics

/// Computes what a case asks for, by its kind.
enum VectorRunner {
    struct UnknownKind: Error, CustomStringConvertible {
        var kind: String
        var description: String { "vectors: nothing runs kind '\(kind)'; add it to VectorRunner" }
    }

    typealias Computation = @Sendable (JSON) throws -> JSON

    static func run(_ vector: VectorCase) throws -> JSON {
        guard let computation = kinds[vector.kind] else { throw UnknownKind(kind: vector.kind) }
        return try computation(vector.input)
    }

    private static let kinds: [String: Computation] =
        [randomKinds, estimateKinds, testKinds, gateKinds, seriesKinds].reduce(into: [:]) { all, some in
            all.merge(some) { first, _ in first }
        }

    private static let randomKinds: [String: Computation] = [
        "prng": { input in
            var mixer = SplitMix64(seed: try input.seed())
            var generator = Xoshiro256(seed: try input.seed())
            return .object([
                "splitmix64": .array((0..<4).map { _ in .string(String(mixer.next())) }),
                "xoshiro256ss": .array((0..<6).map { _ in .string(String(generator.next())) }),
            ])
        },
        "prng-below": { input in
            var generator = Xoshiro256(seed: try input.seed())
            let n = try input.integer("n")
            return .array((0..<(try input.integer("count"))).map { _ in JSON(generator.below(n)) })
        },
        "shuffle": { input in
            var generator = Xoshiro256(seed: try input.seed())
            var array = try input["array"].elements
            generator.shuffle(&array)
            return .array(array)
        },
        "latin-schedule": { input in
            let environments = try input["envs"].elements.map { element -> String in
                guard case .string(let name) = element else { throw JSON.Missing(description: "not a name") }
                return name
            }
            let rows = LatinSchedule.rows(
                environments: environments,
                rounds: try input.integer("rounds"),
                seed: try input.seed()
            )
            return .array(rows.map { .array($0.map { .string($0) }) })
        },
    ]

    private static let seriesKinds: [String: Computation] = [
        "modified-z": { input in
            let outliers = Outliers.find(try input.numbers("x"), threshold: try input.number("threshold"))
            return .object([
                "z": JSON(outliers?.scores),
                "outliers": JSON(outliers?.indices.map { Double($0) }),
            ])
        },
        "split-statistic": { input in
            let split = Clusters.split(try input.numbers("x"))
            return .object(["stat": JSON(split?.statistic), "lowerCount": JSON(split?.lowerCount)])
        },
        "drift": { input in
            let drift = Drift.of(try input.numbers("d"))
            return .object(["spearman": JSON(drift?.spearman), "p": JSON(drift?.p), "lag1": JSON(drift?.lag1)])
        },
        "variance-components": { input in
            let components = VarianceComponents.of(try input["Y"].elements.map { try $0.numbers })
            return .object([
                "S1": JSON(components?.withinLaunches),
                "S2": JSON(components?.ofLaunchMeans),
                "T1": JSON(components?.iteration),
                "T2": JSON(components?.launch),
                "optimalIterations": JSON(
                    components?.optimalIterations(
                        launchCost: try input.number("launchCost"),
                        iterationCost: try input.number("iterationCost")
                    )
                ),
            ])
        },
        "adaptive-stop": { input in
            let rule = AdaptiveStop(
                target: AdaptiveStop.gateTarget(delta: try input.number("delta")),
                alpha: try input.number("alpha"),
                minimum: try input.integer("nMin"),
                maximum: try input.integer("nMax")
            )
            let outcome = rule.replay(try input.numbers("d"))
            return .object([
                "stopN": JSON(outcome.rounds),
                "reason": outcome.reason.map { .string($0.rawValue) } ?? .null,
                "estimate": JSON(outcome.estimate?.value),
                "lo": JSON(outcome.estimate?.lower),
                "hi": JSON(outcome.estimate?.upper),
                "halfWidths": .array(outcome.halfWidths.map { JSON($0) }),
            ])
        },
        "change-points": { input in
            var search = ChangePoints.Search()
            search.level = try input.number("alpha")
            search.permutations = try input.integer("R")
            search.minimumSegment = try input.integer("minSegment")
            let found = ChangePoints.find(try input.numbers("x"), seed: try input.seed(), search: search)
            return .object([
                "first": found?.first.map { first in
                    .object(["tau": JSON(first.tau), "kappa": JSON(first.kappa), "q": JSON(first.q)])
                } ?? .null,
                "changePoints": .array(
                    (found?.points ?? []).map { point in
                        .object(["index": JSON(point.index), "q": JSON(point.q), "p": JSON(point.p)])
                    }
                ),
            ])
        },
    ]
}
