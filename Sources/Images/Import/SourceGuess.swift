import Glibc
import Host

/// What is at a path, by its content and never by its name.
enum SourceGuess {
    /// How a file begins.
    enum Magic: Equatable {
        case qcow2, vmdk, vmdkDescriptor, tar, gzip, xz, zstd, bootSector, ext4, other
    }

    /// The source at a path.
    /// - Throws: `HostError` when there is none, or it is nothing that can be imported.
    static func source(at path: String) throws -> ImageSource {
        let whole = ImageSource.resolved(path)
        if FileBytes.isDirectory(whole) { return try directory(whole, named: path) }
        guard FileBytes.size(whole) != nil else {
            throw ImageSource.failure(path, "is no image that was imported or has a recipe, and no file or directory")
        }
        switch try magic(of: whole) {
        case .qcow2, .vmdk, .vmdkDescriptor, .bootSector, .ext4: return .disk(whole)
        case .gzip, .xz, .zstd: return .tar(whole)
        case .tar: return try tar(whole)
        case .other: throw ImageSource.failure(path, "is neither a tar nor a disk")
        }
    }

    private static func directory(_ path: String, named name: String) throws -> ImageSource {
        if FileBytes.size("\(path)/oci-layout") != nil { return .layout(path, tag: nil) }
        if FileBytes.size("\(path)/Dockerfile") != nil || FileBytes.size("\(path)/Containerfile") != nil {
            return .dockerfile(path)
        }
        let parts = ["bin", "usr", "etc", "sbin", "lib"].filter { name in
            var status = stat()
            return lstat("\(path)/\(name)", &status) == 0
        }
        if parts.count >= 2 || parts == ["bin"] { return .directory(path) }
        throw ImageSource.failure(name, "holds no Dockerfile, no OCI layout and no root file system")
    }

    /// What a tar is by the names of its first members: an OVA begins with its description.
    private static func tar(_ path: String) throws -> ImageSource {
        var source = ImageSource.tar(path)
        var isFirst = true
        try TarFile(path).visit { entry in
            defer { isFirst = false }
            if isFirst, entry.name.lowercased().hasSuffix(".ovf") {
                source = .disk(path)
                return false
            }
            if ["manifest.json", "index.json", "oci-layout"].contains(entry.path) {
                source = .archive(path)
                return false
            }
            return true
        }
        return source
    }

    static func magic(of path: String) throws -> Magic {
        magic(try FileBytes.read(path, limit: 4096))
    }

    static func magic(_ bytes: [UInt8]) -> Magic {
        func has(_ magic: [UInt8], at offset: Int = 0) -> Bool {
            bytes.count >= offset + magic.count && Array(bytes[offset..<(offset + magic.count)]) == magic
        }
        if has([0x51, 0x46, 0x49, 0xFB]) { return .qcow2 }
        if has(Array("KDMV".utf8)) { return .vmdk }
        if has(Array("# Disk DescriptorFile".utf8)) { return .vmdkDescriptor }
        if has([0x1F, 0x8B]) { return .gzip }
        if has([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return .xz }
        if has([0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
        if has(Array("ustar".utf8), at: 257) { return .tar }
        if has([0x53, 0xEF], at: 0x438) { return .ext4 }
        if has([0x55, 0xAA], at: 510) { return .bootSector }
        return .other
    }
}
