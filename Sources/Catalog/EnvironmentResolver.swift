import BenchrunModel

/// Resolves `extends` and checks drivers and options.
struct EnvironmentResolver {
    /// Files by name.
    let files: [String: EnvironmentFile]
    /// Names of files that could not be read.
    let broken: Set<String>
    /// Option names by driver.
    let drivers: [String: Set<String>]

    /// The environments that are as they should be.
    func resolve() -> [EnvironmentSpec] {
        files.keys.sorted().compactMap { name in
            files[name].flatMap { resolve($0) }
        }
    }

    private func resolve(_ file: EnvironmentFile) -> EnvironmentSpec? {
        guard let line = line(of: file) else { return nil }
        guard let driver = driver(of: file, line) else { return nil }
        checkOptions(of: file, driver)
        var spec = EnvironmentSpec(name: file.name, title: file.title, driver: driver)
        for ancestor in line.reversed() {
            for option in ancestor.options {
                spec.options[option.name.value] = option.value
            }
            spec.halfWidth = ancestor.halfWidth ?? spec.halfWidth
            let differs = Set((spec.differs ?? []) + ancestor.differs)
            if !differs.isEmpty { spec.differs = differs.sorted() }
        }
        // An ancestor's problems are reported once, at the ancestor.
        return line.allSatisfy { $0.log.problems.isEmpty } ? spec : nil
    }

    /// The file and those it extends, itself first; nil where that does not end well.
    private func line(of file: EnvironmentFile) -> [EnvironmentFile]? {
        var line = [file]
        while let parent = line.last?.parent {
            let names = line.map(\.name)
            if let start = names.firstIndex(of: parent.value) {
                // Only the first of a cycle's members reports it; those that lead into it do not.
                if start == 0, names.min() == file.name {
                    let circle = (names + [parent.value]).map { "'\($0)'" }.joined(separator: " -> ")
                    file.log.report(
                        file.parent?.mark,
                        "extends: \(circle) goes round in a circle; remove one 'extends'"
                    )
                }
                return nil
            }
            guard let next = files[parent.value] else {
                if line.count == 1, !broken.contains(parent.value) {
                    let question = Names.question(Names.near(parent.value, in: files.keys))
                    file.log.report(
                        parent.mark,
                        "extends: unknown environment '\(Excerpt.of(parent.value, limit: 40))'"
                            + (question.map { ": \($0)" } ?? "; add its file, or remove 'extends'")
                    )
                }
                return nil
            }
            line.append(next)
        }
        return line
    }

    private func driver(of file: EnvironmentFile, _ line: [EnvironmentFile]) -> String? {
        let inherited = line.dropFirst().compactMap(\.driver).first
        if let own = file.driver, let inherited, own.value != inherited.value {
            file.log.report(
                own.mark,
                "driver: '\(Excerpt.of(own.value, limit: 40))' differs from '\(inherited.value)' of the environment it "
                    + "extends; remove 'driver' or 'extends'"
            )
            return nil
        }
        guard let driver = file.driver ?? inherited else { return nil }
        guard drivers[driver.value] != nil else {
            if file.driver != nil {
                let question = Names.question(Names.near(driver.value, in: drivers.keys))
                let known = drivers.keys.sorted().joined(separator: ", ")
                file.log.report(
                    driver.mark,
                    "unknown driver '\(Excerpt.of(driver.value, limit: 40))'"
                        + (question.map { ": \($0)" } ?? "; known are \(known)")
                )
            }
            return nil
        }
        if file.name == EnvironmentSpec.nativeName, driver.value != EnvironmentSpec.nativeName {
            file.log.report(
                driver.mark,
                "driver: every overhead is relative to the environment 'native'; write 'driver: native', "
                    + "or rename the file"
            )
        }
        return driver.value
    }

    private func checkOptions(of file: EnvironmentFile, _ driver: String) {
        let known = drivers[driver] ?? []
        for option in file.options where !known.contains(option.name.value) {
            let question = Names.question(Names.near(option.name.value, in: known))
            let all =
                known.isEmpty ? "it has none; remove the line" : "it has \(known.sorted().joined(separator: ", "))"
            file.log.report(
                option.name.mark,
                "options: the driver '\(driver)' has no option '\(Excerpt.of(option.name.value, limit: 40))'"
                    + (question.map { ": \($0)" } ?? "; \(all)")
            )
        }
    }
}
