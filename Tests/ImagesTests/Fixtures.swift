import BenchrunModel
import Foundation
import Host
import Synchronization

@testable import Images

/// A directory that is gone after the test.
func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
    let path = NSTemporaryDirectory() + "benchrun-images-\(UUID().uuidString)"
    try FileBytes.makeDirectories(path)
    defer { try? DirectoryTree.remove(path) }
    try await body(path)
}

/// Writes a file and the directories above it.
func write(_ text: String, to path: String) throws {
    let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    try FileBytes.makeDirectories(parent)
    try FileBytes.create(path, Array(text.utf8))
}

/// The least that passes for a bzImage, with a release text.
func kernelBytes(release: String = "6.1.0-test") -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 0x400)
    bytes[0x1FE] = 0x55
    bytes[0x1FF] = 0xAA
    bytes.replaceSubrange(0x202..<0x206, with: Array("HdrS".utf8))
    bytes[0x20E] = 0x80
    bytes.replaceSubrange(0x280..<(0x280 + release.utf8.count), with: Array(release.utf8))
    return bytes
}

/// A 64-bit little-endian ELF file with one named section of the given content.
func elf(section: String, _ content: [UInt8]) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let names = [0] + Array(section.utf8) + [0]
    let namesStart = 64 + content.count
    let table = namesStart + names.count
    var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 33)
    file += number(table, 8) + number(0, 4) + number(64, 2) + number(0, 2) + number(0, 2)
    file += number(64, 2) + number(3, 2) + number(2, 2)
    func header(name: Int, start: Int, size: Int) -> [UInt8] {
        number(name, 4) + [UInt8](repeating: 0, count: 20) + number(start, 8) + number(size, 8)
            + [UInt8](repeating: 0, count: 24)
    }
    file += content + names
    file += [UInt8](repeating: 0, count: 64)
    file += header(name: 1, start: 64, size: content.count)
    return file + header(name: 0, start: namesStart, size: names.count)
}

/// Builds a small tree, at once, and counts how often.
final class FakeBuilder: RootBuilder {
    struct Counts: Equatable {
        var roots = 0
        var disks = 0
    }

    private let state = Mutex(Counts())
    var counts: Counts { state.withLock { $0 } }
    /// Runs in the middle of a build, when half of it is there.
    let halfway: @Sendable (String) async throws -> Void

    init(halfway: @escaping @Sendable (String) async throws -> Void = { _ in }) {
        self.halfway = halfway
    }

    func key(for recipe: ImageRecipe, packages: [String]) async throws -> ImageKey {
        try ImageKey(
            recipe: recipe,
            packages: packages,
            architecture: "amd64",
            suite: "bookworm",
            sources: ["bookworm"]
        )
    }

    func requirePossible(_ key: ImageKey) async throws {}

    func build(_ key: ImageKey, in directory: String, progress: ProgressReporter) async throws {
        state.withLock { $0.roots += 1 }
        progress.report(.installing)
        let tree = "\(directory)/\(ImageFile.tree)"
        try write("Package: fio\nStatus: install ok installed\nVersion: 1\n\n", to: "\(tree)/var/lib/dpkg/status")
        try write("", to: tree + GuestPath.agent)
        try await halfway(directory)
        try write("the archive", to: "\(directory)/\(ImageFile.archive)")
    }

    func makeDisk(from tree: String, at path: String, digest: String) async throws {
        state.withLock { $0.disks += 1 }
        try write("the disk", to: path)
    }
}

/// A request for the smallest image; with a kernel and an initramfs of its own where virtual machines are wanted.
func request(in directory: String, forVirtualMachines: Bool = false, rebuild: Bool = false) throws -> ImageRequest {
    var request = ImageRequest(
        recipe: ImageRecipe(name: "debian", packages: ["fio"]),
        forVirtualMachines: forVirtualMachines,
        agentExecutable: "/nonexistent",
        rebuild: rebuild
    )
    if forVirtualMachines {
        let (kernel, initramfs) = ("\(directory)/vmlinuz", "\(directory)/initrd")
        try FileBytes.replace(kernel, kernelBytes())
        try FileBytes.replace(initramfs, [1])
        request.kernel = kernel
        request.initramfs = initramfs
    }
    return request
}

/// The stages that were reported.
final class Stages: Sendable {
    private let stages = Mutex<[ImageProgress.Stage]>([])

    func add(_ progress: ImageProgress) {
        stages.withLock { $0.append(progress.stage) }
    }

    var all: [ImageProgress.Stage] { stages.withLock { $0 } }
}
