import BenchrunModel

extension Experiment {
    /// Why commands are not measured in an environment; nil where they are.
    func refusalOfCommands(in environment: String) -> String? {
        guard let spec = setup.plan.environments.first(where: { $0.name == environment }),
            let driver = setup.drivers[spec.driver], !Readiness.of(spec, by: driver).hasAgent
        else { return nil }
        return "its instances run their own system, without benchrun's agent, and so no command of benchrun's; "
            + "measure their start with 'startup'"
    }
}
