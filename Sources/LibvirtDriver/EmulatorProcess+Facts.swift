import BenchrunModel
import Foundation
import Glibc
import Host

extension EmulatorProcess {
    /// What the kernel tells about the emulator: on which CPUs its own threads may run, and whether the file of a disk
    /// is open past the page cache.
    func facts(disk: String) -> [String: String] {
        Self.facts(process: "/proc/\(pid)", disk: disk)
    }

    /// - Parameters:
    ///   - process: the process's directory in /proc, or one like it.
    ///   - disk: path of the disk's file.
    static func facts(process: String, disk: String) -> [String: String] {
        var facts: [String: String] = [:]
        var own: Set<Int> = []
        for thread in names(in: process + "/task") {
            let folder = "\(process)/task/\(thread)"
            guard let name = text(folder + "/comm"), role(ofThread: name) != .vcpu,
                let status = text(folder + "/status")
            else { continue }
            let label = "Cpus_allowed_list:"
            let line = status.split(separator: "\n").first { $0.hasPrefix(label) }
            own.formUnion(CPUAffinity.parse(line.map { String($0.dropFirst(label.count)) } ?? ""))
        }
        if !own.isEmpty { facts[FactKey.emulatorCPUs] = own.sorted().map(String.init).joined(separator: ",") }
        facts[FactKey.diskDirect] = isDirect(disk, process: process).map { $0 ? "yes" : "no" }
        return facts
    }

    /// Whether all descriptors of a file bypass the page cache; nil where it is not open.
    private static func isDirect(_ disk: String, process: String) -> Bool? {
        let target = URL(fileURLWithPath: disk).resolvingSymlinksInPath().path
        let flags = names(in: process + "/fd").compactMap { number -> Int? in
            let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(process)/fd/\(number)")
            guard file == target, let text = text("\(process)/fdinfo/\(number)") else { return nil }
            let line = text.split(separator: "\n").first { $0.hasPrefix("flags:") }
            return line.flatMap { Int($0.dropFirst("flags:".count).trimmingCharacters(in: .whitespaces), radix: 8) }
        }
        return flags.isEmpty ? nil : flags.allSatisfy { $0 & ScratchDisk.directFlag != 0 }
    }

    private static func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
