/// A name of one kind.
struct CatalogKey: Hashable {
    /// The kind.
    var kind: CatalogKind
    /// The name.
    var name: String
}
