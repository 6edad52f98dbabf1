#if Libvirt
import BenchrunModel
import Foundation
import Host

/// The files of one guest. The disks are where storage is measured, the rest in the run's directory.
struct GuestFiles: Sendable {
    /// The root file system's overlay.
    var overlay: String
    /// The scratch.
    var scratch: GuestScratch
    /// The channel's socket; its name is short, as a socket's path must be.
    var channel: String
    /// The guest's console.
    var console: String

    /// Most that is shown of a console or a log.
    private static let tail = 4000

    /// Makes the disks. Nothing is left of a failure.
    static func make(
        for spec: InstanceSpec,
        _ prepared: PreparedEnvironment,
        _ format: ScratchFormat,
        in context: RunContext,
        by driver: LibvirtDriver
    ) async throws -> GuestFiles {
        let scratch = try await GuestScratch.make(for: spec, prepared, format, in: context, by: driver)
        let state = driver.setup.stateDirectory
        let number = UInt64.random(in: 0..<1 << 32)
        let files = GuestFiles(
            overlay: "\(context.scratchDirectory)/\(spec.name).qcow2",
            scratch: scratch,
            channel: "\(state)/lv-\(String(number, radix: 36)).sock",
            console: "\(state)/\(spec.name).console"
        )
        do {
            for path in files.own {
                try await driver.setup.ledger.willCreate(kind: "file", name: path, detail: [:])
            }
            guard let base = context.image.disk else {
                throw DriverError(
                    subject: "libvirt/create",
                    detail: "the image has no disk",
                    nextStep: "run 'benchrun image build'"
                )
            }
            try await make(overlay: files.overlay, of: base, console: files.console)
        } catch {
            await files.remove(by: driver)
            throw error
        }
        return files
    }

    /// Those that go with the guest.
    private var own: [String] { [overlay, channel, console] }

    /// Deletes them and the scratch, or gives its disk back. Idempotent.
    func remove(by driver: LibvirtDriver) async {
        for path in own {
            try? FileManager.default.removeItem(atPath: path)
            try? await driver.setup.ledger.didRemove(kind: "file", name: path)
        }
        await scratch.remove(by: driver)
    }

    /// The ends of the guest's console and of the emulator's log.
    func diagnostics(emulatorLog: String?) -> String {
        Self.diagnostics(console: console, emulatorLog: emulatorLog)
    }

    /// Makes what every guest has: a disk above one that it shares, and an empty file for its console.
    static func make(overlay: String, of base: String, console: String) async throws {
        try await HostCommand([
            "qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base, overlay,
        ]).check()
        guard FileManager.default.createFile(atPath: console, contents: nil) else {
            throw DriverError(
                subject: "libvirt/create",
                detail: "cannot make \(console)",
                nextStep: "check the directory's permissions and free space"
            )
        }
    }

    /// The end of a guest's console and of its emulator's log.
    static func diagnostics(console: String, emulatorLog: String?) -> String {
        // The log begins with the command, in lines of options and lines that go on.
        let said = emulatorLog.map(printableEnd) ?? ""
        let log = said.split(separator: "\n").filter { !$0.hasPrefix("-") && !$0.hasSuffix("\\") }
        return [("console", printableEnd(of: console)), ("qemu", log.joined(separator: "\n"))]
            .compactMap { $1.isEmpty ? nil : "\($0): \($1)" }
            .joined(separator: "\n")
    }

    /// The end of a file, without what could drive a terminal.
    static func printableEnd(of path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else { return "" }
        try? file.seek(toOffset: size > tail ? size - UInt64(tail) : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        let kept = text.unicodeScalars.filter { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F) }
        return String(String.UnicodeScalarView(kept)).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension DomainPlan {
    /// The plan of one instance.
    init(
        _ spec: InstanceSpec,
        _ prepared: PreparedEnvironment,
        files: GuestFiles,
        kernelLine: String,
        bridge: String?,
        in context: RunContext
    ) {
        self.init(
            name: spec.name,
            run: context.setup.run.text,
            accelerator: prepared.acceleration.accelerator,
            options: prepared.options,
            limits: context.limits,
            emulator: prepared.emulator,
            kernel: context.image.kernel ?? "",
            initramfs: context.image.initramfs ?? "",
            kernelLine: kernelLine,
            rootDisk: files.overlay,
            scratchDisk: files.scratch.path,
            channel: files.channel,
            console: files.console,
            // A session's libvirt has no other user to offer.
            owner: prepared.options.connection == .system ? "+\(geteuid()):+\(getegid())" : nil,
            bridge: bridge
        )
    }
}

extension KernelLine {
    /// The line for a guest of this host.
    static func ofHost(_ scratch: ScratchFormat, arguments: [String] = []) -> KernelLine {
        let pages = try? String(contentsOfFile: "/sys/kernel/mm/transparent_hugepage/enabled", encoding: .utf8)
        return KernelLine(
            scratchOptions: scratch.options,
            hostLine: (try? String(contentsOfFile: "/proc/cmdline", encoding: .utf8)) ?? "",
            transparentHugePages: pages.flatMap(selected),
            arguments: arguments
        )
    }
}
#endif
