import Foundation
import Glibc
import Host

/// Where an image is imported from, as a user names it.
public enum ImageSource: Sendable, Equatable {
    /// An image in the store of an engine, `docker` or `podman`.
    case engine(String, reference: String)
    /// An OCI image layout in a directory, and the tag where it holds several images.
    case layout(String, tag: String?)
    /// What `docker save` wrote, or an OCI layout as a tar.
    case archive(String)
    /// An image in a registry, pulled by an engine.
    case registry(String)
    /// A directory with a Dockerfile, built by an engine.
    case dockerfile(String)
    /// A root file system as a tar, which may be compressed.
    case tar(String)
    /// A root file system as a directory.
    case directory(String)
    /// A disk: qcow2, raw, vmdk, or an OVA that holds one.
    case disk(String)
    /// An image that was imported under a name.
    case imported(String)

    /// The forms, for messages.
    static let forms = """
        docker:REF, podman:REF, oci:DIR[:TAG], docker-archive:FILE, registry:HOST/REPO:TAG, dockerfile:DIR, tar:FILE, \
        dir:DIR or disk:FILE
        """

    /// Reads a source; one without a prefix is a path, whose content tells what it is.
    /// - Throws: `HostError` when there is nothing of the kind, or the content tells nothing.
    public init(_ text: String) throws {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Self.failure(text, "names nothing") }
        if let colon = text.firstIndex(of: ":") {
            let rest = String(text[text.index(after: colon)...])
            if let source = try Self.prefixed(String(text[..<colon]), rest, whole: text) {
                self = source
                return
            }
        }
        self = try SourceGuess.source(at: text)
    }

    private static func prefixed(_ kind: String, _ rest: String, whole: String) throws -> ImageSource? {
        let make: ((String) throws -> ImageSource)? =
            switch kind {
            case "docker", "podman": { .engine(kind, reference: try reference($0)) }
            case "registry": { .registry(try registryReference($0)) }
            case "oci": { try layout($0) }
            case "docker-archive": { .archive(try file($0)) }
            case "dockerfile": { .dockerfile(try directory($0)) }
            case "tar": { .tar(try file($0)) }
            case "dir": { .directory(try directory($0)) }
            case "disk": { .disk(try file($0)) }
            case "imported": { .imported($0) }
            default: nil
            }
        guard let make else { return nil }
        guard !rest.isEmpty else { throw failure(whole, "names nothing after '\(kind):'") }
        return try make(rest)
    }

    /// The prefix that names the kind.
    var kind: String {
        switch self {
        case .engine(let engine, _): engine
        case .layout: "oci"
        case .archive: "docker-archive"
        case .registry: "registry"
        case .dockerfile: "dockerfile"
        case .tar: "tar"
        case .directory: "dir"
        case .disk: "disk"
        case .imported: "imported"
        }
    }

    // MARK: - Parts

    private static func layout(_ text: String) throws -> ImageSource {
        if FileBytes.isDirectory(resolved(text)) { return .layout(resolved(text), tag: nil) }
        if let colon = text.lastIndex(of: ":") {
            let path = resolved(String(text[..<colon]))
            let tag = String(text[text.index(after: colon)...])
            if FileBytes.isDirectory(path), !tag.isEmpty { return .layout(path, tag: tag) }
        }
        throw HostError(
            subject: "oci:\(text)",
            detail: "there is no directory with an OCI layout",
            nextStep: "name one as oci:DIR[:TAG]; an image in an engine's store is docker:REF or podman:REF"
        )
    }

    private static func file(_ text: String) throws -> String {
        let path = resolved(text)
        guard FileBytes.size(path) != nil else { throw failure(text, "is not a file") }
        return path
    }

    private static func directory(_ text: String) throws -> String {
        let path = resolved(text)
        guard FileBytes.isDirectory(path) else { throw failure(text, "is not a directory") }
        return path
    }

    /// A reference is an argument of an engine's command line, never an option of it.
    private static func reference(_ text: String) throws -> String {
        let allowed = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && !"\"'\\$`;&|<>(){}*?!".utf8.contains(byte)
        }
        guard allowed, !text.hasPrefix("-"), text.utf8.count <= 512 else {
            throw failure(text, "is not an image's reference")
        }
        return text
    }

    private static func registryReference(_ text: String) throws -> String {
        guard let slash = text.firstIndex(of: "/"), slash != text.startIndex, text.last != "/" else {
            throw failure("registry:\(text)", "does not name a host and a repository")
        }
        return try reference(text)
    }

    /// The path with links followed, so that what is named by a link is found.
    static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func failure(_ subject: String, _ detail: String) -> HostError {
        HostError(subject: subject, detail: detail, nextStep: "name an image or a source: \(forms)")
    }
}
