/// What a driver made in `prepare` and has to undo.
actor PreparedPaths {
    private var paths: Set<String> = []

    /// Whether it was made.
    func holds(_ path: String) -> Bool { paths.contains(path) }

    /// Remembers that it was made.
    func insert(_ path: String) { paths.insert(path) }

    /// Forgets all.
    func removeAll() -> Set<String> {
        defer { paths = [] }
        return paths
    }
}
