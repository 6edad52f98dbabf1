import BenchrunModel
import Glibc
import Host

/// A raw disk whose every block is written, so that the guest never pays for its allocation.
enum ScratchDisk {
    private static let chunk = 1 << 20
    /// Addresses and lengths of direct I/O are multiples of this.
    private static let alignment = 4096
    /// O_DIRECT, which Glibc's headers give to C programs only on request.
    #if arch(arm64)
    private static let direct: Int32 = 0o200000
    #else
    private static let direct: Int32 = 0o40000
    #endif

    /// The same among the flags of an open file, as /proc/PID/fdinfo gives them.
    static var directFlag: Int { Int(direct) }

    /// Writes zeros to a new file of a size, rounded up to a whole MiB, and waits until they are on the device.
    ///
    /// Blocks for as long as that takes: for a thread of its own.
    /// - Parameter proceed: called before each MiB; what it throws ends the writing.
    /// - Throws: ``DriverError`` when the file system is full or does not allow it; nothing is left then.
    static func write(_ path: String, size: Int, proceed: () throws -> Void = {}) throws {
        let unbuffered = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | direct, 0o600)
        // tmpfs and some network file systems have no direct I/O.
        let descriptor =
            unbuffered >= 0 || errno != EINVAL
            ? unbuffered : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("make", path, errno) }
        defer { close(descriptor) }
        do {
            try fill(descriptor, path, size: size, proceed)
        } catch {
            unlink(path)
            throw error
        }
    }

    private static func fill(
        _ descriptor: Int32,
        _ path: String,
        size: Int,
        _ proceed: () throws -> Void
    ) throws {
        let zeros = UnsafeMutableRawPointer.allocate(byteCount: chunk, alignment: alignment)
        defer { zeros.deallocate() }
        zeros.initializeMemory(as: UInt8.self, repeating: 0, count: chunk)
        var remaining = (size + chunk - 1) / chunk * chunk
        while remaining > 0 {
            try proceed()
            let count = Glibc.write(descriptor, zeros, min(chunk, remaining))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path, count == 0 ? ENOSPC : errno) }
            remaining -= count
        }
        guard fsync(descriptor) == 0 else { throw failure("write", path, errno) }
    }

    /// Whether files of a directory can be read and written past the page cache, as `cache: none` does.
    static func permitsDirectIO(_ directory: String) -> Bool {
        let path = "\(directory)/.benchrun-direct-\(getpid())"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | direct, 0o600)
        let number = errno
        unlink(path)
        guard descriptor >= 0 else { return number != EINVAL }
        close(descriptor)
        return true
    }

    private static func failure(_ verb: String, _ path: String, _ number: Int32) -> DriverError {
        DriverError(
            subject: "libvirt/prepare",
            detail: "cannot \(verb) scratch disk \(path): \(String(cString: strerror(number)))",
            nextStep: number == ENOSPC
                ? "free space there, or ask for a smaller scratch" : "check the directory's permissions"
        )
    }
}

/// The scratch disks of one run. They are made before the clock starts, formatted for each instance, and used again.
actor ScratchDisks {
    private struct Disk {
        var path: String
        var size: Int
        var isTaken: Bool
    }

    private let ledger: any ResourceLedger
    private let writer = BlockingExecutor(name: "scratch-disks")
    private var disks: [Disk] = []
    private var made = 0

    init(ledger: any ResourceLedger) {
        self.ledger = ledger
    }

    /// Makes disks until there are so many of this size in the directory.
    func provide(_ count: Int, in directory: String, size: Int, prefix: String) async throws {
        while disks.filter({ Self.fits($0, directory, size) }).count < count {
            disks.append(try await make(in: directory, size: size, prefix: prefix))
        }
    }

    /// A freshly formatted disk for one instance.
    func take(in directory: String, size: Int, prefix: String, format: ScratchFormat) async throws -> String {
        let path: String
        if let index = disks.firstIndex(where: { !$0.isTaken && Self.fits($0, directory, size) }) {
            disks[index].isTaken = true
            path = disks[index].path
        } else {
            var disk = try await make(in: directory, size: size, prefix: prefix)
            disk.isTaken = true
            disks.append(disk)
            path = disk.path
        }
        do {
            try await HostCommand(format.formatCommand(path), environment: ScratchFormat.formatEnvironment).check()
        } catch {
            giveBack(path)
            throw error
        }
        return path
    }

    /// The disk is free again.
    func giveBack(_ path: String) {
        if let index = disks.firstIndex(where: { $0.path == path }) { disks[index].isTaken = false }
    }

    /// Deletes all disks.
    func removeAll() async {
        let paths = disks.map(\.path)
        disks = []
        for path in paths {
            await writer.run { _ = unlink(path) }
            try? await ledger.didRemove(kind: "file", name: path)
        }
    }

    private func make(in directory: String, size: Int, prefix: String) async throws -> Disk {
        made += 1
        let path = "\(directory)/\(prefix)-\(made).raw"
        try await ledger.willCreate(kind: "file", name: path, detail: [:])
        do {
            try await writer.run { checkCancellation in
                // What a run of the same name left behind is not ours to build on.
                unlink(path)
                try ScratchDisk.write(path, size: size, proceed: checkCancellation)
            }
        } catch {
            try? await ledger.didRemove(kind: "file", name: path)
            throw error
        }
        return Disk(path: path, size: size, isTaken: false)
    }

    private static func fits(_ disk: Disk, _ directory: String, _ size: Int) -> Bool {
        disk.size == size && disk.path.hasPrefix(directory + "/")
    }
}
