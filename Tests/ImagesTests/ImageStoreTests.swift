import BenchrunModel
import Foundation
import Glibc
import Host
import Testing

@testable import Images

@Suite struct ImageStoreTests {
    private struct Broken: Error {}

    /// Names in the directory of images, without lock files.
    private func images(_ cache: String) throws -> [String] {
        try StagedDirectory.finished(in: "\(cache)/images")
            + StagedDirectory.unfinished(in: "\(cache)/images").map(\.path)
    }

    @Test("An image is built once and then found")
    func once() async throws {
        try await withTemporaryDirectory { directory in
            let builder = FakeBuilder()
            let store = ImageStore(cache: directory, builder: builder)
            let first = try await store.ensure(request(in: directory))
            let second = try await store.ensure(request(in: directory))
            #expect(builder.counts == .init(roots: 1, disks: 0))
            #expect(first.forms == second.forms && first.forms.disk == nil)
            #expect(first.manifest.packages == ["fio": "1"])
            #expect(first.forms.digest == "sha256:" + SHA256.hexDigest(of: Array("the archive".utf8)))
            #expect(try await store.entries().map(\.problem) == [nil])
        }
    }

    @Test("The disk is made when a virtual machine is asked for, into the same image")
    func disk() async throws {
        try await withTemporaryDirectory { directory in
            let builder = FakeBuilder()
            let store = ImageStore(cache: directory, builder: builder)
            let plain = try await store.ensure(request(in: directory))
            let full = try await store.ensure(request(in: directory, forVirtualMachines: true))
            _ = try await store.ensure(request(in: directory, forVirtualMachines: true))
            #expect(builder.counts == .init(roots: 1, disks: 1))
            #expect(full.forms.digest == plain.forms.digest)
            #expect(full.forms.kernel == "\(directory)/vmlinuz" && full.forms.initramfs == "\(directory)/initrd")
            let path = try #require(full.forms.disk)
            try FileBytes.replace(path, [])
            _ = try await store.ensure(request(in: directory, forVirtualMachines: true))
            #expect(builder.counts == .init(roots: 1, disks: 2))
        }
    }

    @Test("Two that want the same image at the same time build it once; the second says whom it waits for")
    func concurrent() async throws {
        try await withTemporaryDirectory { directory in
            let builder = FakeBuilder { _ in try await Task.sleep(for: .milliseconds(300)) }
            let store = ImageStore(cache: directory, builder: builder)
            let said = Stages()
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await store.ensure(request(in: directory)) { progress in
                            said.add(progress)
                        }.forms.digest
                    }
                }
                var digests: Set<String> = []
                for try await digest in group { digests.insert(digest) }
                #expect(digests.count == 1)
            }
            #expect(builder.counts.roots == 1)
            #expect(
                said.all.contains(.waiting(getpid()))
            )
        }
    }

    @Test("Another process's lock is waited for", .enabled(if: Tool.path(of: "flock") != nil, "flock is not installed"))
    func processes() async throws {
        try await withTemporaryDirectory { directory in
            let store = ImageStore(cache: directory, builder: FakeBuilder())
            let key = try await store.builder.key(for: request(in: directory).recipe, packages: []).text
            try FileBytes.makeDirectories("\(directory)/images")
            let path = store.layout.buildLock(key)
            try write("4711\n", to: path)
            let other = try await ChildProcess.start(["flock", path, "sleep", "60"])
            while let lock = try FileLock.attempt(.exclusive, at: path) {
                lock.release()
                try await Task.sleep(for: .milliseconds(10))
            }
            let said = Stages()
            let image = try await store.ensure(request(in: directory)) { progress in
                said.add(progress)
                guard progress.stage == .waiting(4711) else { return }
                // Both flock and the sleep it started hold the lock.
                kill(-other.pid, SIGKILL)
            }
            #expect(said.all.contains(.waiting(4711)) && FileBytes.size(image.forms.archive) != nil)
            _ = await other.waitForExit()
        }
    }

    @Test("A cancelled build leaves nothing, and the next one starts afresh")
    func cancelled() async throws {
        try await withTemporaryDirectory { directory in
            let (started, signal) = AsyncStream.makeStream(of: Void.self)
            let builder = FakeBuilder { _ in
                signal.yield()
                try await Task.sleep(for: .seconds(60))
            }
            let store = ImageStore(cache: directory, builder: builder)
            let wanted = try request(in: directory)
            let task = Task { try await store.ensure(wanted) }
            for await _ in started { break }
            #expect(try images(directory).count == 1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try images(directory).isEmpty)
            _ = try await ImageStore(cache: directory, builder: FakeBuilder()).ensure(wanted)
        }
    }

    @Test("A failed build leaves nothing")
    func failed() async throws {
        try await withTemporaryDirectory { directory in
            let store = ImageStore(cache: directory, builder: FakeBuilder { _ in throw Broken() })
            await #expect(throws: Broken.self) { try await store.ensure(request(in: directory)) }
            let left = try images(directory)
            #expect(left.isEmpty)
        }
    }

    @Test("An image is not seen before it is complete")
    func atomic() async throws {
        try await withTemporaryDirectory { directory in
            let builder = FakeBuilder { half in
                #expect(half.contains(".building-\(getpid())"))
                let seen = try await ImageStore(cache: directory, builder: FakeBuilder()).entries()
                #expect(seen.isEmpty)
            }
            _ = try await ImageStore(cache: directory, builder: builder).ensure(request(in: directory))
        }
    }

    @Test("What a killed builder left is swept, also when its image is asked for again")
    func sweep() async throws {
        try await withTemporaryDirectory { directory in
            let store = ImageStore(cache: directory, builder: FakeBuilder())
            let key = try await store.builder.key(for: request(in: directory).recipe, packages: []).text
            try write("half", to: "\(directory)/images/\(key).building-999999/rootfs/x")
            try write("half", to: "\(directory)/images/\(key).removing-999999/rootfs/x")
            try write("half", to: "\(directory)/images/other.building-999999/rootfs/x")
            _ = try await store.ensure(request(in: directory))
            #expect(try images(directory).map { $0.hasSuffix("other.building-999999") || $0 == key } == [true, true])
            let busy = try #require(try FileLock.attempt(.exclusive, at: "\(directory)/images/other.build"))
            #expect(try await store.prune(unusedFor: .seconds(60)) == [])
            busy.release()
            #expect(try await store.prune(unusedFor: .seconds(60)) == ["half-built image other"])
            #expect(try images(directory) == [key])
        }
    }

    enum Damage: CaseIterable {
        case noManifest, badManifest, noArchive, shortArchive, noTree, thinTree, noAgent
    }

    @Test("A damaged image is told and built again", arguments: Damage.allCases)
    func damaged(_ damage: Damage) async throws {
        try await withTemporaryDirectory { directory in
            let builder = FakeBuilder()
            let store = ImageStore(cache: directory, builder: builder)
            let image = try await store.ensure(request(in: directory))
            image.lease.release()
            let path = store.layout.path(try await store.entries()[0].key)
            switch damage {
            case .noManifest: unlink("\(path)/image.json")
            case .badManifest: try FileBytes.replace("\(path)/image.json", Array("{".utf8))
            case .noArchive: unlink("\(path)/rootfs.tar")
            case .shortArchive: truncate("\(path)/rootfs.tar", 3)
            case .noTree: try DirectoryTree.remove("\(path)/rootfs")
            case .thinTree: try write("x", to: "\(path)/rootfs/extra")
            case .noAgent: unlink("\(path)/rootfs\(GuestPath.agent)")
            }
            #expect(try await store.entries()[0].problem != nil)
            _ = try await store.ensure(request(in: directory))
            #expect(builder.counts.roots == 2)
            #expect(try await store.entries().map(\.problem) == [nil])
        }
    }

    @Test("An image in use is neither removed nor replaced; listing does not count as use")
    func inUse() async throws {
        try await withTemporaryDirectory { directory in
            let store = ImageStore(cache: directory, builder: FakeBuilder())
            let image = try await store.ensure(request(in: directory))
            let entry = try await store.entries()[0]
            #expect(entry.isInUse)
            await #expect(throws: HostError.self) { try await store.remove(entry.key) }
            await #expect(throws: HostError.self) { try await store.ensure(request(in: directory, rebuild: true)) }
            #expect(try await store.prune() == [])
            image.lease.release()
            try await HostCommand(["touch", "-d", "@1000", store.layout.useLock(entry.key)]).check()
            let listed = try await store.entries()[0]
            #expect(!listed.isInUse && listed.lastUse == Date(timeIntervalSince1970: 1000))
            #expect(try await store.entries()[0].lastUse == listed.lastUse)
            #expect(try await store.prune(unusedFor: .seconds(60)) == ["image \(entry.key)"])
            await #expect(throws: HostError.self) { try await store.remove(entry.key) }
        }
    }

    @Test("The kernel of an image in use is kept")
    func kernelInUse() async throws {
        try await withTemporaryDirectory { directory in
            let store = ImageStore(cache: directory, builder: FakeBuilder())
            let image = try await store.ensure(request(in: directory, forVirtualMachines: true))
            try FileBytes.makeDirectories("\(directory)/kernels/old")
            let kept = try await store.prune()
            #expect(kept.isEmpty)
            image.lease.release()
            let removed = try await store.prune()
            #expect(removed.count == 2 && removed.contains("guest kernel old"))
        }
    }

    @Test("Building again replaces the image")
    func rebuild() async throws {
        try await withTemporaryDirectory { directory in
            let builder = FakeBuilder()
            let store = ImageStore(cache: directory, builder: builder)
            try await store.ensure(request(in: directory)).lease.release()
            try await store.ensure(request(in: directory, rebuild: true)).lease.release()
            #expect(builder.counts.roots == 2)
            #expect(try images(directory).count == 1)
        }
    }
}
