import BenchrunModel
import Foundation
import Glibc
import Host

extension ImageStore {
    /// Where imported images' names are kept.
    var names: ImageNames { ImageNames(directory: "\(cache)/image-names") }

    /// Imports an image and gives it a name.
    /// - Returns: its key.
    /// - Throws: `HostError` with what to do next; `CancellationError`; nothing is left then.
    public func importImage(
        _ name: String,
        from text: String,
        engines: @escaping EngineFinding,
        progress: @escaping @Sendable (ImageProgress) -> Void = { _ in }
    ) async throws -> String {
        guard ImageNames.isName(name) else {
            throw HostError(
                subject: "image '\(name)'",
                detail: "is not a name: lower-case letters, digits, '-', '.' and '_', beginning with a letter or digit",
                nextStep: "choose another name"
            )
        }
        let reporter = ProgressReporter(subject: "image \(name)", handler: progress)
        let key = try await key(of: try ImageSource(text), named: text, engines, reporter)
        try await onOwnThread { try names.set(name, to: key) }
        return key
    }

    /// Whether an image was imported under a name.
    public func hasImported(_ name: String) -> Bool { names.key(of: name) != nil }

    /// All names of imported images, with their keys.
    public func importedNames() async throws -> [(name: String, key: String)] {
        try await onOwnThread { try names.all() }
    }

    /// One image, by the name it was imported under, or its key.
    /// - Throws: `HostError` where there is none.
    public func entry(named name: String) async throws -> ImageEntry {
        try await onOwnThread {
            let key = names.key(of: name) ?? name
            guard try layout.keys().contains(key) else {
                throw HostError(
                    subject: "image \(name)",
                    detail: "is not in the cache",
                    nextStep: "run 'benchrun image list'"
                )
            }
            return try layout.entry(key)
        }
    }

    /// Removes an image by its key, or a name of an imported one and with the last name the image.
    public func remove(named name: String) async throws {
        try await onOwnThread {
            let all = try names.all()
            guard let key = names.key(of: name) else {
                try layout.remove(name)
                for entry in all where entry.key == name { try names.remove(entry.name) }
                return
            }
            let isShared = all.contains { $0.key == key && $0.name != name }
            if !isShared, try layout.keys().contains(key) { try layout.remove(key) }
            try names.remove(name)
        }
    }

    /// The image of a recipe that names a source.
    func imported(
        _ request: ImageRequest,
        from text: String,
        _ bootLock: FileLock?,
        _ progress: ProgressReporter
    ) async throws -> Image {
        let key = try await key(of: try ImageSource(text), named: text, request.engines, progress)
        if request.forVirtualMachines, try await !onOwnThread({ layout.state(key).hasDisk }) {
            let lock = try await FileLock.acquire(layout.buildLock(key)) { progress.report(.waiting($0)) }
            defer { lock.release() }
            try await onOwnThread { try layout.sweep(key) }
            if try await !onOwnThread({ layout.state(key).hasDisk }) {
                try await progress.during(.makingDisk) { try await addDisk(key) }
            }
        }
        guard var image = try await open(key, bootLock) else {
            throw HostError(
                subject: progress.subject,
                detail: "was removed while it was looked for",
                nextStep: "try again"
            )
        }
        if image.manifest.origin?.firmware == "bios" {
            image.forms.bootDisk = "\(layout.path(key))/\(ImageFile.bootDisk)"
        }
        return image
    }

    /// The key of a source's image, which is imported unless it is there.
    private func key(
        of source: ImageSource,
        named text: String,
        _ engines: EngineFinding?,
        _ progress: ProgressReporter
    ) async throws -> String {
        if case .imported(let name) = source {
            let known = try await onOwnThread { () -> String? in
                guard let key = names.key(of: name), layout.state(key).isComplete else { return nil }
                return key
            }
            if let known { return known }
        }
        let find: EngineFinding =
            engines ?? { engine in
                throw HostError(subject: engine, detail: "was not looked for", nextStep: "import an archive instead")
            }
        return try await ImageImport(
            layout: layout,
            source: source,
            text: text,
            engines: EngineStore(find: find),
            progress: progress
        ).run()
    }
}

extension ImageCache {
    /// The manifest of an imported image.
    func manifest(
        of directory: String,
        importedFrom origin: ImageOrigin,
        architecture: String,
        digest: String,
        seconds: Double
    ) throws -> ImageManifest {
        let tree = "\(directory)/\(ImageFile.tree)"
        var files: [String: Int] = [:]
        for file in [ImageFile.archive, ImageFile.tree + GuestPath.agent] {
            files[file] = FileBytes.size("\(directory)/\(file)")
        }
        if origin.firmware != nil { files[ImageFile.bootDisk] = FileBytes.size("\(directory)/\(ImageFile.bootDisk)") }
        return ImageManifest(
            digest: digest,
            recipe: ImageManifest.Recipe(name: origin.kind, suite: "", packages: [], architecture: architecture),
            packages: DpkgStatus.packages(
                Self.plainText("var/lib/dpkg/status", in: tree) ?? "",
                architecture: architecture
            ),
            created: Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down)),
            buildSeconds: (seconds * 10).rounded() / 10,
            files: files,
            treeCount: try DirectoryTree.measure(tree).count,
            origin: origin
        )
    }

    /// A file of a tree that is reached without following a link; nil where there is none.
    private static func plainText(_ path: String, in tree: String) -> String? {
        var place = tree
        for part in path.split(separator: "/").dropLast() {
            place += "/\(part)"
            guard FileBytes.isDirectory(place) else { return nil }
        }
        let file = "\(tree)/\(path)"
        guard FileBytes.size(file) != nil, let bytes = try? FileBytes.read(file, limit: 64 << 20) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
