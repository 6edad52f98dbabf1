import Foundation
import Glibc
import Host

/// A kernel file that an emulator can start directly.
enum KernelImage {
    /// Checks that the file is one, and reads its version where it says it.
    /// - Returns: the release, such as `6.1.0-56-cloud-amd64`; nil where the file does not tell.
    static func release(of path: String) throws -> String? {
        let bytes = try FileBytes.read(path, limit: 1 << 16)
        guard isKernel(bytes) else {
            throw HostError(
                subject: "guest kernel",
                detail: "\(path) is not a kernel that can be started directly",
                nextStep: "give a bzImage (x86) or Image (ARM), such as Debian's /boot/vmlinuz-*"
            )
        }
        return release(in: bytes)
    }

    /// Checks that a file the user named can be read.
    static func requireReadable(_ path: String, option: String) throws {
        guard FileBytes.size(realPath(path)) != nil, access(path, R_OK) == 0 else {
            throw HostError(
                subject: "guest kernel",
                detail: "\(path) is not a file that can be read",
                nextStep: "correct \(option)"
            )
        }
    }

    /// x86 boot protocol: 0xAA55 at 0x1FE and "HdrS" at 0x202. arm64: "ARM\x64" at 56.
    static func isKernel(_ bytes: [UInt8]) -> Bool {
        if bytes.count > 0x206, bytes[0x1FE] == 0x55, bytes[0x1FF] == 0xAA,
            Array(bytes[0x202..<0x206]) == Array("HdrS".utf8)
        {
            return true
        }
        return bytes.count > 64 && Array(bytes[56..<60]) == [0x41, 0x52, 0x4D, 0x64]
    }

    /// x86 boot protocol: at 0x20E, counted from 0x200, where the version's text begins; its first word is the release.
    static func release(in bytes: [UInt8]) -> String? {
        guard isKernel(bytes), bytes.count > 0x210, bytes[0x1FE] == 0x55 else { return nil }
        let start = 0x200 + Int(bytes[0x20E]) + Int(bytes[0x20F]) << 8
        guard start > 0x200, start < bytes.count else { return nil }
        let text = bytes[start...].prefix(256).prefix { $0 > 0x20 && $0 < 0x7F }
        return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }

    private static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
