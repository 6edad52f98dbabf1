import BenchrunModel

/// Reads one file under `images/`.
enum ImageFile {
    static let keys = ["title", "suite", "packages", "source"]

    /// The recipe.
    static func read(_ file: SourceFile, log: ProblemLog) -> ImageRecipe? {
        guard let root = Document.root(of: file, log: log), let reader = MappingReader(root, keys: keys, log: log)
        else { return nil }
        let title = reader.requiredLine("title", example: "what it holds, in one line")
        let suite = reader.value(
            "suite",
            expected: "a Debian release such as 'bookworm'",
            next: "remove the key to take the host's"
        ) { Names.isSafe($0) ? $0 : nil }
        let packages = reader.texts("packages", example: "[procps]") ?? []
        for package in packages where !Names.isPackage(package.value) {
            log.report(
                package.mark,
                "packages: '\(Excerpt.of(package.value, limit: 40))' is no Debian package's name; "
                    + "'apt-cache search' finds it"
            )
        }
        let source = reader.value(
            "source",
            expected: "where a root file system comes from, such as 'oci:DIR', 'dockerfile:DIR' or 'tar:FILE'",
            next: "remove the key to build one from packages"
        ) { $0.isEmpty || $0.utf8.contains(0) ? nil : $0 }
        if source != nil, suite != nil || !packages.isEmpty {
            log.report(nil, "source: goes without suite and packages, which are those of the source")
        }
        guard log.problems.isEmpty else { return nil }
        return ImageRecipe(
            name: file.name,
            title: title?.value ?? "",
            suite: suite,
            packages: packages.map(\.value),
            source: source
        )
    }
}
