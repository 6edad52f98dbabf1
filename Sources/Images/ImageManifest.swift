import BenchrunModel
public import Foundation

/// What an image is: the file `image.json` in its directory of the cache.
public struct ImageManifest: Sendable, Codable, Equatable {
    /// What it was asked to be.
    public struct Recipe: Sendable, Codable, Equatable {
        /// Name of the recipe.
        public var name: String
        /// Debian suite.
        public var suite: String
        /// The packages that were asked for, sorted; dependencies are not among them.
        public var packages: [String]
        /// Debian's name of the architecture.
        public var architecture: String
    }

    /// `sha256:` and hexadecimal digits, of the archive.
    public var digest: String
    /// What it was asked to be.
    public var recipe: Recipe
    /// Every package in it and its version.
    public var packages: [String: String]
    /// When it was made.
    public var created: Date
    /// How long that took, in seconds.
    public var buildSeconds: Double
    /// Sizes in bytes of the files that show whether the image is whole, by path in the image's directory.
    var files: [String: Int]
    /// How many things are in the unpacked tree.
    var treeCount: Int
    /// Where it was imported from; nil where it was built from packages.
    public var origin: ImageOrigin?

    static let fileName = "image.json"

    static func read(_ directory: String) throws -> ImageManifest {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Self.self, from: Data(try FileBytes.read("\(directory)/\(fileName)")))
    }

    func write(to directory: String) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileBytes.replace("\(directory)/\(Self.fileName)", Array(try encoder.encode(self)))
    }
}
