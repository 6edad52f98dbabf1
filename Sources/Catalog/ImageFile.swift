import BenchrunModel

/// Reads one file under `images/`.
enum ImageFile {
    static let keys = ["title", "suite", "packages"]

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
        guard log.problems.isEmpty else { return nil }
        return ImageRecipe(
            name: file.name,
            title: title?.value ?? "",
            suite: suite,
            packages: packages.map(\.value)
        )
    }
}
