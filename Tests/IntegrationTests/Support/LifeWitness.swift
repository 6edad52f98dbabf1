import Foundation
import Glibc
import Host
import Synchronization

/// Looks at a run's instances from outside of benchrun while they live: what engines and libvirt tell everybody, and
/// what guests write to their consoles. It stays on the first CPU, which measures nothing.
final class LifeWitness: Sendable {
    /// Something that an engine or libvirt said, in seconds of the wall clock.
    struct Event: Sendable {
        var source: String
        var instance: String
        var what: String
        var at: Double
    }

    /// What a console had got when it was looked at, on the host's CLOCK_MONOTONIC_RAW in nanoseconds.
    struct ConsoleLine: Sendable {
        var text: String
        /// When the last look had not shown its end yet, and when it was there.
        var after: UInt64
        var at: UInt64
    }

    private struct Console {
        var size = 0
        var rest = ""
        var lines: [ConsoleLine] = []
        var lookedAt: UInt64
        var firstByte: (after: UInt64, at: UInt64)?
    }

    private let directory: String
    private let isEnded = Mutex(false)
    private let consoles = Mutex<[String: Console]>([:])
    private let began = Date().timeIntervalSince1970

    init(_ sandbox: Sandbox) {
        directory = sandbox.directory + "/run"
        DedicatedThread.start(name: "consoles") { [self] in
            try? CPUAffinity.set([0])
            while !isEnded.withLock({ $0 }) {
                look()
                usleep(500)
            }
        }
    }

    /// Follows the daemons of a run until they end.
    func follow() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.follow("docker") }
            group.addTask { try await self.follow("libvirt") }
            try await group.waitForAll()
        }
    }

    /// Ends it.
    func end() { isEnded.withLock { $0 = true } }

    // MARK: Consoles

    /// The lines of an instance's console.
    func console(of instance: String) -> [ConsoleLine] { consoles.withLock { $0[instance]?.lines ?? [] } }

    /// When an instance's console got its first byte: between two looks.
    func firstByte(of instance: String) -> (after: UInt64, at: UInt64)? {
        consoles.withLock { $0[instance]?.firstByte }
    }

    private func look() {
        for path in files(ending: ".console") {
            let name = String(path.split(separator: "/").last?.dropLast(".console".count) ?? "")
            let now = RawClock.now()
            consoles.withLock { consoles in
                var console = consoles[name] ?? Console(lookedAt: now)
                var status = stat()
                if stat(path, &status) == 0, Int(status.st_size) > console.size,
                    let file = FileHandle(forReadingAtPath: path)
                {
                    try? file.seek(toOffset: UInt64(console.size))
                    let bytes = (try? file.readToEnd()) ?? Data()
                    if console.size == 0 { console.firstByte = (console.lookedAt, now) }
                    console.size += bytes.count
                    // A line's end of two characters would be one for Swift, and another than the one looked for.
                    let text = String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
                    let parts = (console.rest + text).split(
                        separator: "\n",
                        omittingEmptySubsequences: false
                    )
                    for line in parts.dropLast() {
                        console.lines.append(.init(text: String(line), after: console.lookedAt, at: now))
                    }
                    console.rest = String(parts.last ?? "")
                }
                console.lookedAt = now
                consoles[name] = console
            }
        }
    }

    /// Files of the run's directory; it is flat but for the daemons' own.
    private func files(ending: String) -> [String] {
        let top = directory + "/benchrun"
        return Self.names(top).flatMap { run in
            Self.names("\(top)/\(run)").filter { $0.hasSuffix(ending) }.map { "\(top)/\(run)/\($0)" }
        }
    }

    private static func names(_ directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    // MARK: Events

    private var log: String { directory + "/../witness" }

    private func follow(_ source: String) async throws {
        while !isEnded.withLock({ $0 }) {
            guard let command = command(source) else {
                try await Task.sleep(for: .milliseconds(20))
                continue
            }
            let child = try await ChildProcess.start(
                ["taskset", "-c", "0"] + command,
                output: .file("\(log).\(source)"),
                error: .file("\(log).errors")
            )
            while child.isRunning, !isEnded.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(50)) }
            await child.stop(grace: .seconds(1))
        }
    }

    private func command(_ source: String) -> [String]? {
        if source == "docker" {
            let socket = files(ending: "docker.sock").first ?? "/var/run/docker.sock"
            guard UnixSocketProbe.listens(socket) else { return nil }
            return [
                "docker", "-H", "unix://\(socket)", "events", "--since", "\(Int(began))", "--format", "{{json .}}",
            ]
        }
        let top = directory + "/benchrun"
        let own = Self.names(top).map { "\(top)/\($0)/libvirt/run/libvirt-sock" }.first(where: UnixSocketProbe.listens)
        let system = "/run/libvirt/libvirt-sock"
        guard let socket = own ?? (UnixSocketProbe.listens(system) ? system : nil) else { return nil }
        return [
            "stdbuf", "-oL", "virsh", "-c", "qemu:///system?socket=\(socket)", "event", "--event", "lifecycle",
            "--loop",
            "--timestamp",
        ]
    }

    /// What was said, in the order in which it happened.
    func events() async throws -> [Event] {
        let podman = try await HostCommand(
            [
                "podman", "--events-backend",
                FileManager.default.fileExists(atPath: "/run/systemd/system") ? "journald" : "file", "events",
                "--stream=false", "--since",
                "\(Int(began))", "--format", "json",
            ]
        ).run().output
        let docker = (try? String(contentsOfFile: "\(log).docker", encoding: .utf8)) ?? ""
        let libvirt = (try? String(contentsOfFile: "\(log).libvirt", encoding: .utf8)) ?? ""
        return (Self.docker(docker) + Self.podman(podman) + Self.libvirt(libvirt)).sorted { $0.at < $1.at }
    }

    private static func objects(_ text: String) -> [[String: Any]] {
        text.split(whereSeparator: \.isNewline).compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }

    private static func docker(_ text: String) -> [Event] {
        objects(text).compactMap { object in
            guard object["Type"] as? String == "container", let what = object["Action"] as? String,
                let time = object["timeNano"] as? NSNumber,
                let attributes = (object["Actor"] as? [String: Any])?["Attributes"] as? [String: Any],
                let name = attributes["name"] as? String
            else { return nil }
            return Event(source: "docker", instance: name, what: what, at: Double(time.int64Value) / 1e9)
        }
    }

    private static func podman(_ text: String) -> [Event] {
        objects(text).compactMap { object in
            guard (object["Type"] ?? object["type"]) as? String == "container",
                let name = (object["Name"] ?? object["name"]) as? String, let what = object["Status"] as? String,
                let time = (object["timeNano"] as? NSNumber).map({ Double($0.int64Value) / 1e9 })
                    ?? (object["Time"] as? String).flatMap(WallTime.seconds)
            else { return nil }
            return Event(source: "podman", instance: name, what: what, at: time)
        }
    }

    /// `2026-01-02 03:04:05.678+0000: event 'lifecycle' for domain 'NAME': Started Booted`
    private static func libvirt(_ text: String) -> [Event] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            guard let match = line.firstMatch(of: #/^(.+?): event 'lifecycle' for domain '?([^' ]+?)'?: (.+)$/#),
                let time = WallTime.seconds(String(match.1))
            else { return nil }
            return Event(source: "libvirt", instance: String(match.2), what: String(match.3), at: time)
        }
    }
}
