import BenchrunModel
import Foundation
import Host
import Testing

extension IntegrationTests {
    /// `image import` from every kind of source that needs no network, in a cache of the test's own.
    @Suite struct ImageImportTests {
        private struct Shown: Decodable {
            var key: String
            var names: [String]
            var digest: String?
            var kind: String?
            var problem: String?
            var hasDisk: Bool
            var boots: String?
            var configuration: Configuration?

            struct Configuration: Decodable {
                var Env: [String]?
                var WorkingDir: String?
            }
        }

        private func cache(_ sandbox: Sandbox) -> [String: String] { ["XDG_CACHE_HOME": sandbox.directory + "/cache"] }

        private func benchrun(_ arguments: [String], in sandbox: Sandbox) async throws -> Invocation {
            try await Invocation.run([Machine.benchrun] + arguments, in: sandbox, environment: cache(sandbox))
        }

        private func importing(_ name: String, _ source: String, in sandbox: Sandbox) async throws -> Shown {
            let arguments = ["image", "import", name, source, "--containers-only", "--json", "--quiet"]
            let result = try await benchrun(arguments, in: sandbox)
            try #require(result.status == 0, "\(source): \(result.errors)")
            return try JSONDecoder().decode(Shown.self, from: Data(result.output.utf8))
        }

        private func tree(_ image: Shown, in sandbox: Sandbox) -> String {
            "\(sandbox.directory)/cache/benchrun/images/\(image.key)/rootfs"
        }

        /// What is in the directory of images, but for the files of locks.
        private func images(_ sandbox: Sandbox) -> [String] {
            let names = try? FileManager.default.contentsOfDirectory(
                atPath: sandbox.directory + "/cache/benchrun/images"
            )
            return (names ?? []).filter { !$0.hasSuffix(".build") && !$0.hasSuffix(".use") }.sorted()
        }

        @Test func everySourceGivesTheSameBytes() async throws {
            try await Sandbox.within { sandbox in
                let root = try await TinyRoot(in: sandbox)
                let fromTar = try await importing("from-tar", "tar:\(root.tar)", in: sandbox)
                try await HostCommand(["gzip", "--keep", root.tar]).check()
                let packed = try await importing("from-gzip", root.tar + ".gz", in: sandbox)
                let fromTree = try await importing("from-dir", "dir:\(root.tree)", in: sandbox)
                let (stored, layout, saved) = try await root.inPodman {
                    try await root.save()
                    return (
                        try await importing("from-podman", "podman:\(root.reference)", in: sandbox),
                        try await importing("from-oci", "oci:\(root.layout)", in: sandbox),
                        try await importing("from-archive", root.archive, in: sandbox)
                    )
                }
                #expect(fromTar.digest?.hasPrefix("sha256:") == true)
                for image in [packed, fromTree, stored, layout, saved] {
                    #expect(image.digest == fromTar.digest, "\(image.kind ?? "?")")
                }
                #expect(stored.kind == "podman" && saved.kind == "docker-archive" && packed.kind == "tar")
                for image in [stored, layout, saved] {
                    #expect(image.configuration?.Env?.contains("GREETING=hello") == true)
                    #expect(image.configuration?.WorkingDir == "/data")
                }
                try await root.makeDisk()
                let disk = try await importing("from-disk", root.disk, in: sandbox)
                #expect(disk.kind == "disk" && disk.boots == nil)
                let names = try FileManager.default.subpathsOfDirectory(atPath: tree(fromTar, in: sandbox))
                let onDisk = try FileManager.default.subpathsOfDirectory(atPath: tree(disk, in: sandbox))
                #expect(Set(onDisk).subtracting(["lost+found"]) == Set(names))
                let file = try FileManager.default.attributesOfItem(
                    atPath: tree(disk, in: sandbox) + "/data/deep/file"
                )
                #expect((file[.posixPermissions] as? NSNumber)?.intValue == 0o640)
                for path in [GuestPath.agent, GuestPath.scratch, "/proc", "/tmp"] {
                    #expect(FileManager.default.fileExists(atPath: tree(fromTar, in: sandbox) + path), "\(path)")
                }
            }
        }

        @Test func dockerfilesAreBuiltAndLeaveNothingInTheStore() async throws {
            try await Sandbox.within { sandbox in
                let root = try await TinyRoot(in: sandbox)
                let file =
                    "FROM scratch\nADD root.tar /\nENV GREETING=built\nRUN [\"/bin/busybox\", \"mkdir\", \"/made\"]\n"
                try Data(file.utf8).write(to: URL(filePath: root.directory + "/Dockerfile"))
                let image = try await importing("built", root.directory, in: sandbox)
                #expect(image.kind == "dockerfile" && image.configuration?.Env?.contains("GREETING=built") == true)
                #expect(FileManager.default.fileExists(atPath: tree(image, in: sandbox) + "/made"))
                #expect(FileManager.default.fileExists(atPath: tree(image, in: sandbox) + "/data/deep/file"))
                let built = ["images", "--all", "--quiet", "--filter", "label=benchrun.import"]
                #expect(try await HostCommand(["podman"] + built).check().output == "")
                #expect(images(sandbox) == [image.key])
            }
        }

        @Test func namesAreListedShownReplacedAndRemoved() async throws {
            try await Sandbox.within { sandbox in
                let root = try await TinyRoot(in: sandbox)
                let first = try await importing("mine", "dir:\(root.tree)", in: sandbox)
                // What a killed import left goes with the next one.
                let left = sandbox.directory + "/cache/benchrun/images/import-dead.building-1/rootfs"
                try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
                let same = try await importing("other", "tar:\(root.tar)", in: sandbox)
                #expect(same.digest == first.digest && images(sandbox) == [first.key, same.key].sorted())
                try Data("new".utf8).write(to: URL(filePath: root.tree + "/data/new"))
                let second = try await importing("mine", "dir:\(root.tree)", in: sandbox)
                #expect(second.key != first.key && second.names == ["mine"])
                let list = try await benchrun(["image", "list"], in: sandbox)
                #expect(list.output.contains("\(second.key)  dir (mine)"), "\(list.output)")
                #expect(list.output.contains("\(same.key)  tar (other)"), "\(list.output)")
                let show = try await benchrun(["image", "show", "mine"], in: sandbox)
                #expect(show.output.contains("dir:\(root.tree)") && show.output.contains("archive, directory"))
                let removed = try await benchrun(["image", "rm", "mine", "other", first.key], in: sandbox)
                #expect(removed.status == 0, "\(removed.errors)")
                #expect(images(sandbox).isEmpty)
                let gone = try await benchrun(["image", "show", "mine"], in: sandbox)
                #expect(gone.status == 2 && gone.errors.contains("'benchrun image list'"), "\(gone.errors)")
            }
        }

        @Test func badInputIsNamedAndLeavesNothing() async throws {
            try await Sandbox.within { sandbox in
                let root = try await TinyRoot(in: sandbox)
                try await root.inPodman { try await root.save() }
                func file(_ name: String, _ bytes: Data) throws -> String {
                    try bytes.write(to: URL(filePath: "\(root.directory)/\(name)"))
                    return "\(root.directory)/\(name)"
                }
                let whole = try Data(contentsOf: URL(filePath: root.tar))
                let saved = try Data(contentsOf: URL(filePath: root.archive))
                let evil = root.directory + "/evil.tar"
                try await HostCommand([
                    "tar", "--create", "--file", evil, "--directory", root.tree,
                    "--transform=s,data/deep/file,../evil,",
                    "--absolute-names", "data/deep/file",
                ]).check()
                let overlay = root.directory + "/overlay.qcow2"
                try await HostCommand([
                    "qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", "/etc/passwd", overlay, "1M",
                ]).check()
                var cases = [
                    ("tar:" + (try file("cut.tar", whole.prefix(whole.count / 2))), "cut off"),
                    ("docker-archive:" + (try file("cut-saved.tar", saved.prefix(saved.count / 2))), "cut off"),
                    (try file("text", Data("not an image\n".utf8)), "neither a tar nor a disk"),
                    ("tar:" + (try file("text.tar", Data(repeating: 0x41, count: 2048))), "is not a tar"),
                    ("disk:" + (try file("text.img", Data(repeating: 0x41, count: 2048))), "is not a disk"),
                    ("tar:" + evil, "leads out of it"), ("disk:" + overlay, "refers to other files"),
                    ("docker-archive:\(root.tar)", "neither manifest.json nor index.json"),
                    ("oci:\(root.layout):no-such-tag", "no image tagged 'no-such-tag'"),
                    ("podman:localhost/brit-no-such:1", "is not in podman's store"),
                    ("dir:/no/such/place", "is not a directory"), ("no-such-thing", "no file or directory"),
                ]
                // The largest blob is the layer.
                let blobs = root.layout + "/blobs/sha256"
                let layer = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: blobs).max {
                        size("\(blobs)/\($0)") < size("\(blobs)/\($1)")
                    }
                )
                var bytes = try Data(contentsOf: URL(filePath: "\(blobs)/\(layer)"))
                bytes[bytes.count / 2] ^= 0xFF
                try bytes.write(to: URL(filePath: "\(blobs)/\(layer)"))
                cases.append(("oci:\(root.layout)", "layer 1 of 1 is damaged"))
                for (source, reason) in cases {
                    let result = try await benchrun(["image", "import", "bad", source, "--plain"], in: sandbox)
                    #expect(result.status == 2, "\(source)")
                    #expect(result.errors.contains(reason), "\(source): \(result.errors)")
                    #expect(images(sandbox).isEmpty, "\(source): \(images(sandbox))")
                }
                #expect(!FileManager.default.fileExists(atPath: sandbox.directory + "/cache/benchrun/images/evil"))
                let run = try await Invocation.run(
                    sandbox.arguments(["run", "--image", "no-such-image", "--plain"]) + Sandbox.work,
                    in: sandbox,
                    environment: cache(sandbox)
                )
                #expect(run.status == 64 && run.errors.contains("no-such-image"), "\(run.errors)")
            }
        }

        private func size(_ path: String) -> Int {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.size] as? NSNumber)?.intValue ?? 0
        }
    }
}
