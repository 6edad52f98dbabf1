import BenchrunModel
import Glibc
import Host
import Testing

@testable import Images

@Suite struct BootstrapTests {
    @Test(
        "Steps are read from mmdebstrap's own words",
        arguments: [
            ("I: running apt-get update...", ImageProgress.Stage.fetchingLists),
            ("I: downloading packages with apt...", .downloading),
            ("I: extracting archives...", .extracting),
            ("I: installing essential packages...", .installingEssential),
            ("I: installing remaining packages inside the chroot...", .installing),
            ("I: cleaning package lists and apt cache...", .finishing),
        ]
    )
    func stages(_ line: String, _ stage: ImageProgress.Stage) {
        #expect(BootstrapLog.stage(line) == stage)
    }

    @Test("Other lines announce nothing", arguments: ["", "I: success in 3 seconds", "installing essential packages"])
    func noStage(_ line: String) {
        #expect(BootstrapLog.stage(line) == nil)
    }

    @Test("A step is said with its subject")
    func progress() {
        let progress = ImageProgress(subject: "image debian", stage: .installing)
        #expect("\(progress)" == "image debian: installing packages")
        let waiting = ImageProgress(subject: "image debian", stage: .waiting(77))
        #expect(
            "\(waiting)".hasPrefix("image debian: waiting for another benchrun (pid 77) that is building this image")
        )
    }

    @Test("Failures name what to correct, and no registry")
    func failures() {
        let redaction = Redaction(hosts: ["one.example"])
        func failure(_ log: String) -> String {
            "\(BootstrapLog.failure(log, status: 25, subject: "image debian", redaction: redaction))"
        }
        #expect(
            failure("I: x\nE: Unable to locate package fio2\nE: Unable to locate package b").contains("'fio2', 'b'")
        )
        #expect(failure("dpkg: error: write: No space left on device").contains("free some space"))
        let network = failure("E: Failed to fetch http://one.example/x  Could not resolve 'one.example'")
        #expect(network.contains("check the network") && !network.contains("one.example"))
        #expect(failure("something else").hasPrefix("image debian: mmdebstrap failed with status 25: something else"))
    }

    @Test("mmdebstrap gets each value as an argument of its own")
    func arguments() throws {
        let key = try ImageKey(
            recipe: ImageRecipe(name: "x", packages: ["b", "a"]),
            packages: ["c"],
            architecture: "amd64",
            suite: "bookworm",
            sources: []
        )
        let arguments = DebianRoot.arguments(key, tree: "/t ree", configuration: "/c", sources: ["/s"])
        #expect(arguments.suffix(4) == ["--include=a,b,c", "bookworm", "/t ree", "/s"])
        #expect(arguments.contains("--variant=minbase") && arguments.contains("--dpkgopt=force-unsafe-io"))
    }

    @Test("Installed packages are read from dpkg's table")
    func packages() {
        let status = """
            Package: fio
            Status: install ok installed
            Architecture: amd64
            Version: 3.33-3
            Description: short
             Package: not this
             .

            Package: libx
            Status: install ok installed
            Architecture: i386
            Version: 1

            Package: gone
            Status: deinstall ok config-files
            Version: 2

            Package: base
            Status: hold ok installed
            Architecture: all
            Version: 1:2+b3
            """
        #expect(
            DpkgStatus.packages(status, architecture: "amd64") == ["fio": "3.33-3", "libx:i386": "1", "base": "1:2+b3"]
        )
    }

    @Test("A finished tree has its mount points and nothing of the build")
    func tree() async throws {
        try await withTemporaryDirectory { directory in
            let tree = "\(directory)/root"
            let gone = [
                "dev/null", "run/x/y", "var/log/apt/term.log", "var/lib/apt/lists/z", "etc/apt/sources.list",
                "etc/ssh/ssh_host_rsa_key", "usr/lib/p/__pycache__/a.pyc", "var/lib/dpkg/status-old",
            ]
            for path in gone + ["var/lib/dpkg/status", "etc/machine-id", "usr/bin/fio"] {
                try write("x", to: "\(tree)/\(path)")
            }
            symlink("/etc/hosts", "\(tree)/etc/resolv.conf")
            try TreeFinisher(tree: tree, epoch: 1_000_000).finish()
            for path in gone { #expect(access("\(tree)/\(path)", F_OK) != 0, "\(path)") }
            #expect(FileBytes.size("\(tree)/usr/bin/fio") == 1)
            #expect(FileBytes.size("\(tree)/etc/machine-id") == 0)
            #expect(FileBytes.size("\(tree)/etc/resolv.conf") == 0)
            #expect(FileBytes.isDirectory("\(tree)/usr/lib/p"))
            #expect(!FileBytes.isDirectory("\(tree)/usr/lib/p/__pycache__"))
            #expect(FileBytes.isDirectory("\(tree)/var/log/apt"))
            for path in GuestPath.temporary + [GuestPath.scratch] { #expect(FileBytes.isDirectory(tree + path)) }
            #expect(FileBytes.size(tree + GuestPath.agent) == 0 && access(tree + GuestPath.agent, X_OK) == 0)
            try DirectoryTree.visit(tree) { #expect($0.status.st_mtim.tv_sec <= 1_000_000) }
            #expect(FileBytes.modified(tree) == 1_000_000)
        }
    }

    @Test("Deleting a tree leaves alone what links in it point at")
    func removal() async throws {
        try await withTemporaryDirectory { directory in
            try write("kept", to: "\(directory)/outside/file")
            try write("x", to: "\(directory)/tree/a/b")
            symlink("\(directory)/outside", "\(directory)/tree/a/link")
            try DirectoryTree.remove("\(directory)/tree")
            #expect(!FileBytes.isDirectory("\(directory)/tree"))
            #expect(FileBytes.size("\(directory)/outside/file") == 4)
            try DirectoryTree.remove("\(directory)/tree")
        }
    }

    @Test("A disk is large enough and named after the image's digest")
    func disk() {
        #expect(
            DiskImage.identity("sha256:" + String(repeating: "0123456789abcdef", count: 4))
                == "01234567-89ab-cdef-0123-456789abcdef"
        )
        #expect(DiskImage.size(of: 300 << 20, count: 10_000) > 337 << 20)
        #expect(DiskImage.size(of: 1, count: 1) % (1 << 20) == 0)
    }
}
