import Foundation
import Host

/// A root file system of one program, in the forms that users have: a static busybox and nothing else, not even a
/// place for /proc.
struct TinyRoot {
    /// Where everything of it lies.
    let directory: String
    /// The name of its image in podman's store.
    let reference: String

    var tree: String { directory + "/tree" }
    var tar: String { directory + "/root.tar" }
    var layout: String { directory + "/layout" }
    var archive: String { directory + "/saved.tar" }
    var disk: String { directory + "/disk.qcow2" }

    /// Makes the tree and the tar.
    init(in sandbox: Sandbox, _ name: String = "tiny") async throws {
        directory = sandbox.directory + "/" + name
        reference = "localhost/" + sandbox.directory.split(separator: "/").joined(separator: "-") + "-\(name):1"
        let manager = FileManager.default
        try manager.createDirectory(atPath: tree + "/bin", withIntermediateDirectories: true)
        try manager.createDirectory(atPath: tree + "/data/deep", withIntermediateDirectories: true)
        try manager.copyItem(atPath: "/bin/busybox", toPath: tree + "/bin/busybox")
        try manager.createSymbolicLink(atPath: tree + "/bin/true", withDestinationPath: "busybox")
        try Data("content\n".utf8).write(to: URL(filePath: tree + "/data/deep/file"))
        try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: tree + "/data/deep/file")
        // Whole seconds, as every form can keep them.
        try await HostCommand(["find", tree, "-exec", "touch", "-h", "-d", "@1700000000", "{}", "+"]).check()
        try await HostCommand(
            ["tar", "--create", "--file", tar, "--directory", tree, "--numeric-owner", "--sort=name", "."]
        ).check()
    }

    /// Puts it into podman's store for as long as `body` runs, with an image's configuration.
    func inPodman<Success>(_ body: () async throws -> Success) async throws -> Success {
        try await HostCommand([
            "podman", "import", "--quiet", "--change", "ENV GREETING=hello", "--change", "WORKDIR /data", tar,
            reference,
        ]).check()
        do {
            let result = try await body()
            try await removeFromPodman()
            return result
        } catch {
            try? await removeFromPodman()
            throw error
        }
    }

    private func removeFromPodman() async throws {
        try await HostCommand(["podman", "rmi", "--force", reference]).check()
    }

    /// Saves podman's image as an OCI layout and as `docker save` does.
    func save() async throws {
        try await HostCommand(["podman", "save", "--quiet", "--format", "oci-dir", "--output", layout, reference])
            .check()
        try await HostCommand(
            ["podman", "save", "--quiet", "--format", "docker-archive", "--output", archive, reference]
        ).check()
    }

    /// Makes a qcow2 disk with one partition that holds the tree. The tree has an /etc, as every system.
    func makeDisk() async throws {
        let raw = directory + "/disk.raw"
        let whole = directory + "/whole"
        try await HostCommand(["cp", "--archive", tree, whole]).check()
        try FileManager.default.createDirectory(atPath: whole + "/etc", withIntermediateDirectories: true)
        try await BootableDisk.format(raw, with: whole, mebibytes: 32)
        try BootableDisk.writePartitionTable(raw, mebibytes: 32)
        try await HostCommand(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, disk]).check()
    }
}
