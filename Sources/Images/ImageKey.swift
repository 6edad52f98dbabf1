import BenchrunModel
import Host

/// What decides which image it is: all that is known before it is built.
struct ImageKey: Sendable, Equatable {
    /// Raised when the way of building changes, so that older images are not taken for newer ones.
    static let formatVersion = 1

    let recipe: ImageManifest.Recipe
    /// Suites of the sources, sorted. Not their addresses: a mirror gives the same packages.
    let sources: [String]

    init(recipe: ImageRecipe, packages: [String], architecture: String, suite: String, sources: [String]) throws {
        let all = Set(packages + recipe.packages).sorted()
        for package in all where !Self.isPackage(package) {
            throw HostError(
                subject: "image \(recipe.name)",
                detail: "'\(package)' is not a Debian package's name",
                nextStep: "correct it in the recipe or in the workload that names it"
            )
        }
        guard Self.isSuite(suite) else {
            throw HostError(
                subject: "image \(recipe.name)",
                detail: "'\(suite)' is not a Debian suite's name",
                nextStep: "correct 'suite:' in the recipe"
            )
        }
        self.recipe = ImageManifest.Recipe(
            name: recipe.name,
            suite: suite,
            packages: all,
            architecture: architecture
        )
        self.sources = sources
    }

    /// Name of the image's directory: 32 hexadecimal digits.
    var text: String {
        // Length before each part, so that no two lists of parts give the same bytes.
        let parts =
            ["benchrun-image-\(Self.formatVersion)", recipe.name, recipe.suite, recipe.architecture]
            + ["packages"] + recipe.packages + ["sources"] + sources
        let bytes = parts.flatMap { Array("\($0.utf8.count):\($0)\n".utf8) }
        return String(SHA256.hexDigest(of: bytes).prefix(32))
    }

    /// `fio`, `libc6:amd64`, `fio=3.33-3`, `fio/bookworm-backports`.
    private static func isPackage(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetterOrDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || "+-.:~=/".utf8.contains($0) }
    }

    private static func isSuite(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetterOrDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || "-./".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
