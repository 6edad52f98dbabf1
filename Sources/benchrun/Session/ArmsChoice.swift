import BenchrunModel
import Catalog
import Experiment
import Results

/// The two sides of an A/B run: one environment under two names, or two environments, with what differs between them.
struct ArmsChoice: Sendable {
    /// Which arm each environment of the plan is.
    var arms: [String: PlanArm]
    /// The baseline's environment in the plan.
    var reference: String
    /// The candidate's environment in the plan.
    var candidateName: String
    /// The candidate's image; nil where both have the same.
    var candidateImage: ImageRecipe?
    /// For the manifest.
    var record: ArmsRecord
    /// Both environments as the plan has them, the baseline first.
    var environments: [EnvironmentSpec]

    /// - Parameters:
    ///   - baseline: its environment.
    ///   - candidate: the candidate's, which may be the same.
    ///   - commands: one for each side; nil where the workloads' own are executed.
    ///   - images: one for each side; nil where both have the selection's.
    init(
        baseline: EnvironmentSpec,
        candidate: EnvironmentSpec,
        commands: (baseline: [String], candidate: [String])? = nil,
        images: (baseline: ImageRecipe, candidate: ImageRecipe)? = nil
    ) {
        let other = candidate.name == baseline.name ? candidate.twin : candidate
        environments = [baseline, other]
        reference = baseline.name
        candidateName = other.name
        candidateImage = images?.candidate
        arms = [
            baseline.name: PlanArm(
                name: PlanArm.baseline,
                command: commands.map { CommandBuilder.escaping($0.baseline) }
            ),
            other.name: PlanArm(
                name: PlanArm.candidate,
                command: commands.map { CommandBuilder.escaping($0.candidate) }
            ),
        ]
        var differences: [RunDifference] = []
        func differ(_ fact: String, _ one: String, _ another: String) {
            if one != another { differences.append(.init(fact: fact, baseline: one, candidate: another)) }
        }
        differ("environment", baseline.name, candidate.name)
        differ("driver", baseline.driver, candidate.driver)
        for option in Set(baseline.options.keys).union(candidate.options.keys).sorted() {
            differ("option \(option)", baseline.options[option] ?? "–", candidate.options[option] ?? "–")
        }
        if let images { differ("image", images.baseline.name, images.candidate.name) }
        if let commands {
            differ("command", commands.baseline.joined(separator: " "), commands.candidate.joined(separator: " "))
        }
        func words(_ arm: String, _ environment: EnvironmentSpec, _ image: ImageRecipe?) -> String {
            "\(arm) (\(environment.name)" + (image.map { ", image \($0.name)" } ?? "") + ")"
        }
        record = ArmsRecord(
            baseline: words("baseline", baseline, images?.baseline),
            candidate: words("candidate", candidate, images?.candidate),
            candidateEnvironment: candidate.name,
            differences: differences
        )
    }

    /// Nothing differs, so that there is nothing to find out.
    var isNull: Bool { record.differences.isEmpty }
}
