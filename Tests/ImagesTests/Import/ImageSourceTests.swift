import BenchrunModel
import Foundation
import Glibc
import Host
import Testing

@testable import Images

@Suite("Sources of images")
struct ImageSourceTests {
    private func message(_ text: String) -> String {
        do {
            return "no error, but \(try ImageSource(text))"
        } catch {
            return "\(error)"
        }
    }

    @Test("Prefixes name the kind")
    func prefixes() async throws {
        try await withTemporaryDirectory { given in
            let directory = ImageSource.resolved(given)
            try write("x", to: "\(directory)/file")
            #expect(try ImageSource("docker:x:1") == .engine("docker", reference: "x:1"))
            #expect(
                try ImageSource("podman:host:5000/a/b@sha256:00")
                    == .engine("podman", reference: "host:5000/a/b@sha256:00")
            )
            #expect(try ImageSource("registry:127.0.0.1:5000/a:1") == .registry("127.0.0.1:5000/a:1"))
            #expect(try ImageSource("oci:\(directory)") == .layout(directory, tag: nil))
            #expect(try ImageSource("oci:\(directory):1.2") == .layout(directory, tag: "1.2"))
            #expect(try ImageSource("docker-archive:\(directory)/file") == .archive("\(directory)/file"))
            #expect(try ImageSource("dockerfile:\(directory)") == .dockerfile(directory))
            #expect(try ImageSource("tar:\(directory)/file") == .tar("\(directory)/file"))
            #expect(try ImageSource("dir:\(directory)") == .directory(directory))
            #expect(try ImageSource("disk:\(directory)/file") == .disk("\(directory)/file"))
        }
    }

    @Test("What a command line could take for something else is refused")
    func hostile() {
        for text in [
            "docker:--privileged", "docker:a b", "docker:$(x)", "podman:", "registry:nothing", "registry:-x/y",
        ] {
            #expect(message(text).contains("image"), "\(text): \(message(text))")
        }
        #expect(message("oci:/nonexistent:1").contains("docker:REF"))
        #expect(message("tar:/nonexistent").contains("is not a file"))
        #expect(message("no-such-thing").contains("no file or directory"))
        #expect(message("").contains("names nothing"))
    }

    @Test("Without a prefix the content tells")
    func guesses() async throws {
        try await withTemporaryDirectory { given in
            let directory = ImageSource.resolved(given)
            func file(_ name: String, _ bytes: [UInt8]) throws -> String {
                try FileBytes.create("\(directory)/\(name)", bytes)
                return "\(directory)/\(name)"
            }
            var path = try file("a", tar { $0.file("bin/sh") })
            #expect(try ImageSource(path) == .tar(path))
            path = try file("b", tar { $0.file("manifest.json", "[]") })
            #expect(try ImageSource(path) == .archive(path))
            path = try file("c", tar { $0.file("./oci-layout") })
            #expect(try ImageSource(path) == .archive(path))
            path = try file("d", tar { $0.file("machine.ovf") })
            #expect(try ImageSource(path) == .disk(path))
            path = try file("e", [0x51, 0x46, 0x49, 0xFB] + [UInt8](repeating: 0, count: 600))
            #expect(try ImageSource(path) == .disk(path))
            path = try file("f", [0x1F, 0x8B, 8])
            #expect(try ImageSource(path) == .tar(path))
            path = try file("g", Array("hello".utf8))
            #expect(message(path).contains("neither a tar nor a disk"))
            try write("", to: "\(directory)/build/Dockerfile")
            #expect(try ImageSource("\(directory)/build") == .dockerfile("\(directory)/build"))
            try write("", to: "\(directory)/layout/oci-layout")
            #expect(try ImageSource("\(directory)/layout") == .layout("\(directory)/layout", tag: nil))
            try write("", to: "\(directory)/root/bin/sh")
            #expect(try ImageSource("\(directory)/root") == .directory("\(directory)/root"))
            try FileBytes.makeDirectories("\(directory)/empty")
            #expect(message("\(directory)/empty").contains("no root file system"))
        }
    }

    @Test("Names are kept beside the images and are safe as files")
    func names() async throws {
        try await withTemporaryDirectory { directory in
            let names = ImageNames(directory: "\(directory)/names")
            #expect(try names.all().isEmpty && names.key(of: "a") == nil)
            try names.set("b", to: "00ff")
            try names.set("a.1", to: "00ff")
            try names.set("a.1", to: "11ee")
            #expect(names.key(of: "a.1") == "11ee" && names.key(of: "../names/b") == nil)
            #expect(try names.all().map(\.name) == ["a.1", "b"])
            try names.remove("b")
            try names.remove("b")
            #expect(try names.all().map(\.name) == ["a.1"])
            for bad in ["", "A", "a/b", "..", "a:b", "-a", String(repeating: "a", count: 65)] {
                #expect(!ImageNames.isName(bad), "\(bad)")
            }
        }
    }

    @Test("A user's tree gets what instances need; what it has stays, and no link is followed")
    func finished() async throws {
        try await withTemporaryDirectory { directory in
            let (tree, outside) = ("\(directory)/tree", "\(directory)/outside")
            try write("mine", to: "\(tree)/etc/hosts")
            try write("keep", to: "\(outside)/tmp/keep")
            try write("x", to: "\(tree)/dev/left")
            try write("x", to: "\(tree)/opt/data")
            symlink("\(outside)/tmp", "\(tree)/tmp")
            symlink("/nowhere", "\(tree)/run")
            symlink(outside, "\(tree)/var")
            symlink("\(outside)/tmp/keep", "\(tree)\(GuestPath.agent)")
            utimensat(AT_FDCWD, "\(tree)/etc", [timespec(tv_sec: 5, tv_nsec: 0), timespec(tv_sec: 5, tv_nsec: 0)], 0)
            try ImportedTree(tree: tree, epoch: 77).finish()
            for path in GuestPath.temporary + [GuestPath.scratch, "/dev", "/proc", "/sys", "/etc", "/var"] {
                #expect(FileBytes.isDirectory(tree + path), "\(path)")
            }
            #expect(FileBytes.size(tree + GuestPath.agent) == 0 && FileBytes.modified(tree + GuestPath.agent) == 77)
            #expect(try String(contentsOfFile: "\(tree)/etc/hosts", encoding: .utf8) == "mine")
            #expect(FileBytes.modified("\(tree)/etc") == 5 && FileBytes.size("\(tree)/etc/hostname") != nil)
            #expect(FileBytes.size("\(tree)/dev/left") == nil && FileBytes.size("\(tree)/opt/data") == 1)
            #expect(try DirectoryTree.measure(outside).count == 2)
            #expect(try String(contentsOfFile: "\(outside)/tmp/keep", encoding: .utf8) == "keep")
            let before = try DirectoryTree.measure(tree).count
            try ImportedTree(tree: tree, epoch: 78).finish()
            #expect(try DirectoryTree.measure(tree).count == before)
        }
    }
}
