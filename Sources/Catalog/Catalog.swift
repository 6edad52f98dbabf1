public import BenchrunModel

/// What can be run: the workloads, environments, suites and images of a directory, each from a file without problems.
public struct Catalog: Sendable {
    /// Workloads, sorted by name.
    public private(set) var workloads: [Workload] = []
    /// Environments, sorted by name, with what they extend merged in.
    public private(set) var environments: [EnvironmentSpec] = []
    /// Suites, sorted by name.
    public private(set) var suites: [Suite] = []
    /// Image recipes, sorted by name.
    public private(set) var images: [ImageRecipe] = []

    private var digests: [CatalogKey: String] = [:]
    private var broken: Set<CatalogKey> = []

    /// Reads and validates all files below a directory (`benchmarks`).
    ///
    /// A file with a problem is left out; the others can be used.
    /// - Parameters:
    ///   - directory: holds the folders `workloads`, `environments`, `suites` and `images`.
    ///   - drivers: the option names of each driver, by the driver's name.
    /// - Returns: what could be read, and every problem, sorted by file and place.
    public static func load(directory: String, drivers: [String: Set<String>]) -> (Catalog, [CatalogProblem]) {
        let tree = SourceTree(directory: directory)
        let (catalog, problems) = load(tree.files, unreadable: tree.unreadable, drivers: drivers)
        return (catalog, (tree.problems + problems).sorted())
    }

    /// As ``load(directory:drivers:)``, from files that were read already.
    static func load(
        _ files: [SourceFile],
        unreadable: Set<CatalogKey> = [],
        drivers: [String: Set<String>]
    ) -> (Catalog, [CatalogProblem]) {
        var catalog = Catalog()
        let keys = Set(files.map { CatalogKey(kind: $0.kind, name: $0.name) }).union(unreadable)
        let known = KnownNames(names: Dictionary(grouping: keys, by: \.kind).mapValues { Set($0.map(\.name)) })
        var logs: [ProblemLog] = []
        var environments: [String: EnvironmentFile] = [:]
        var places: [CatalogKey: String] = [:]
        for file in files {
            let log = ProblemLog(file: file.path)
            logs.append(log)
            let key = CatalogKey(kind: file.kind, name: file.name)
            if let first = places[key] {
                log.report(nil, "the \(file.kind.rawValue) '\(file.name)' is already in '\(first)'; rename one of them")
                continue
            }
            places[key] = file.path
            catalog.digests[key] = SHA256.hexDigest(of: file.bytes)
            switch file.kind {
            case .workload: WorkloadFile.read(file, log: log).map { catalog.workloads.append($0) }
            case .environment: environments[file.name] = EnvironmentFile(file, log: log)
            case .suite: SuiteFile.read(file, log: log, known: known).map { catalog.suites.append($0) }
            case .image: ImageFile.read(file, log: log).map { catalog.images.append($0) }
            }
        }
        let names = known.names[.environment] ?? []
        let resolver = EnvironmentResolver(
            files: environments,
            broken: names.subtracting(environments.keys),
            drivers: drivers
        )
        catalog.environments = resolver.resolve()
        catalog.sort()
        catalog.broken = keys.subtracting(catalog.keys)
        return (catalog, logs.flatMap(\.problems).sorted())
    }

    /// The workload of that name.
    /// - Throws: an error that lists names like it.
    public func workload(named name: String) throws(CatalogError) -> Workload {
        try find(name, .workload, in: workloads, by: \.name)
    }

    /// The environment of that name.
    /// - Throws: an error that lists names like it.
    public func environment(named name: String) throws(CatalogError) -> EnvironmentSpec {
        try find(name, .environment, in: environments, by: \.name)
    }

    /// The suite of that name.
    /// - Throws: an error that lists names like it.
    public func suite(named name: String) throws(CatalogError) -> Suite {
        try find(name, .suite, in: suites, by: \.name)
    }

    /// The image recipe of that name.
    /// - Throws: an error that lists names like it.
    public func image(named name: String) throws(CatalogError) -> ImageRecipe {
        try find(name, .image, in: images, by: \.name)
    }

    /// SHA-256 of a file's bytes, as hexadecimal digits; nil where there is no such file.
    public func digest(of kind: CatalogKind, named name: String) -> String? {
        digests[CatalogKey(kind: kind, name: name)]
    }

    private func find<Item>(
        _ name: String,
        _ kind: CatalogKind,
        in items: [Item],
        by key: (Item) -> String
    ) throws(CatalogError) -> Item {
        if let item = items.first(where: { key($0) == name }) { return item }
        throw CatalogError(
            kind: kind,
            name: name,
            suggestions: Names.near(name, in: items.map(key)),
            isBroken: broken.contains(CatalogKey(kind: kind, name: name))
        )
    }

    private mutating func sort() {
        workloads.sort { $0.name < $1.name }
        suites.sort { $0.name < $1.name }
        images.sort { $0.name < $1.name }
    }

    private var keys: [CatalogKey] {
        workloads.map { CatalogKey(kind: .workload, name: $0.name) }
            + environments.map { CatalogKey(kind: .environment, name: $0.name) }
            + suites.map { CatalogKey(kind: .suite, name: $0.name) }
            + images.map { CatalogKey(kind: .image, name: $0.name) }
    }
}
