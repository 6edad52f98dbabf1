import BenchrunModel
import Glibc

/// Removes what tells who and where from what is exported or committed: user and host names, home paths, and all of a
/// kernel command line but parameters that can explain a figure.
public struct Redaction: Sendable {
    /// Names of users to be replaced by `<user>`.
    public var users: [String]
    /// Names of hosts to be replaced by `<host>`.
    public var hosts: [String]
    /// Home directories to be replaced by `~`.
    public var homes: [String]

    /// Redacts these names.
    public init(users: [String], hosts: [String], homes: [String]) {
        self.users = users
        self.hosts = hosts
        self.homes = homes
    }

    /// Redacts the names of this process's user and of this host.
    public static func current(environment: [String: String]) -> Redaction {
        var users = [environment["USER"], environment["LOGNAME"], environment["SUDO_USER"]]
        var homes = [environment["HOME"]]
        if let entry = getpwuid(getuid()) {
            users.append(String(cString: entry.pointee.pw_name))
            homes.append(String(cString: entry.pointee.pw_dir))
        }
        var hosts = [environment["HOSTNAME"]]
        var name = [CChar](repeating: 0, count: 256)
        if gethostname(&name, name.count - 1) == 0 {
            hosts.append(String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        return Redaction(
            users: users.compactMap { $0 },
            hosts: hosts.compactMap { $0 },
            homes: homes.compactMap { $0 }
        )
    }

    /// Kernel parameters that are kept with their values: those that change how fast something runs.
    public static let kernelParameters: Set<String> = [
        "amd_iommu", "amd_pstate", "apparmor", "audit", "cgroup_disable", "cgroup_enable", "cgroup_no_v1",
        "clocksource", "console", "default_hugepagesz", "gather_data_sampling", "hugepages", "hugepagesz", "idle",
        "intel_idle.max_cstate", "intel_iommu", "intel_pstate", "iommu", "irqaffinity", "isolcpus", "kpti", "l1tf",
        "lsm", "maxcpus", "mce", "mds", "mem", "mitigations", "mmio_stale_data", "noapic", "nohpet", "nohz",
        "nohz_full", "noibrs", "nokaslr", "nopti", "nosmt", "nospectre_v1", "nospectre_v2", "nowatchdog", "nr_cpus",
        "numa_balancing", "panic", "preempt", "processor.max_cstate", "psi", "pti", "quiet", "random.trust_cpu",
        "rcu_nocbs", "reboot", "reg_file_data_sampling", "retbleed", "ro", "rw", "security", "selinux", "skew_tick",
        "slab_nomerge", "spec_rstack_overflow", "spec_store_bypass_disable", "spectre_v2", "srbds", "swapaccount",
        "systemd.unified_cgroup_hierarchy", "threadirqs", "transparent_hugepage", "tsc", "tsx", "tsx_async_abort",
        "vsyscall",
    ]

    /// A manifest without such names.
    /// - Throws: ``ResultsError`` where nothing valid would be left.
    public func redact(_ manifest: RunManifest) throws(ResultsError) -> RunManifest {
        let document: JSONValue
        let bytes: [UInt8]
        do {
            bytes = try RunJSON.encode(manifest)
            document = try RunJSON.decode(JSONValue.self, from: bytes, path: "run.json")
        } catch let error as ResultsError {
            throw error
        } catch {
            throw ResultsError(subject: "run.json", detail: "has a number that is not finite")
        }
        // Names that the samples refer to stay: a host called `native` must not cut a run in pieces.
        let kept = Set(
            [manifest.run.text, manifest.suite, manifest.image.recipe] + manifest.environments.map(\.spec.name)
                + manifest.environments.map(\.spec.driver) + manifest.workloads.map(\.name)
                + manifest.workloads.flatMap(\.cases) + manifest.workloads.flatMap { $0.metrics.map(\.name) }
        )
        let redacted = document.mapTexts { text, name in
            if kept.contains(text) { return text }
            if name.hasSuffix("cmdline") { return kernelCommandLine(text) }
            return self.text(text)
        }
        let encoded: [UInt8]
        do {
            encoded = try RunJSON.encode(redacted)
        } catch {
            throw ResultsError(subject: "run.json", detail: "has a number that is not finite")
        }
        return try RunJSON.decode(RunManifest.self, from: encoded, path: "run.json")
    }

    /// A kernel command line with only the parameters of ``kernelParameters``, and `…` where others were.
    public func kernelCommandLine(_ line: String) -> String {
        var isCut = false
        let kept = line.split(whereSeparator: \.isWhitespace).filter { parameter in
            let isKept = Self.kernelParameters.contains(String(parameter.prefix { $0 != "=" }))
            if !isKept { isCut = true }
            return isKept
        }
        return text((kept.map(String.init) + (isCut ? ["…"] : [])).joined(separator: " "))
    }

    /// A text without home paths and names.
    public func text(_ text: String) -> String {
        var result = text
        for home in homes.sorted(by: { $0.count > $1.count }) where home.count > 1 {
            result = Self.replace(home, by: "~", in: result)
        }
        result = Self.homePaths(in: Self.ownPaths(in: result))
        for host in hosts where host.count > 2 && host != "localhost" {
            result = Self.replace(host, by: "<host>", in: result)
        }
        for user in users where user.count > 2 && user != "root" {
            result = Self.replace(user, by: "<user>", in: result)
        }
        return result
    }

    /// Copies a run's manifest and samples, redacted, into another folder. Blocks.
    /// - Throws: ``ResultsError`` of either folder.
    public func export(_ run: RunFolder, to target: RunFolder) throws(ResultsError) {
        try target.create()
        try target.save(try redact(try run.loadManifest()))
        var reader = try SampleReader(path: run.samples, tail: .skip)
        var bytes = Array((SampleColumn.header + "\n").utf8)
        let encoder = SampleEncoder()
        while var sample = try reader.next() {
            sample.reason = text(sample.reason)
            try encoder.encode(sample, into: &bytes)
        }
        try FileDescriptor.replace(target.samples, with: bytes)
        // It holds numbers and the names that the samples keep.
        if run.hasTelemetry {
            try FileDescriptor.replace(target.telemetry, with: try FileDescriptor.contents(of: run.telemetry))
        }
    }

    /// Cuts what is before a `benchrun` folder: where someone keeps caches, state and sockets.
    private static func ownPaths(in text: String) -> String {
        text.replacing(/(^|[^\w.\/-])(?:\/[^\/\s:;,'"]+)+\/benchrun(?=\/)/) { "\($0.output.1)…/benchrun" }
    }

    /// Replaces `/home/NAME` and `/root`, whoever's they are.
    private static func homePaths(in text: String) -> String {
        text.replacing(/(^|[^\w.\/-])(\/home\/[^\/\s:;,'"]+|\/root)(?=$|[^\w.-])/) { "\($0.output.1)~" }
    }

    /// Replaces a name where it stands alone, not as part of a longer word.
    private static func replace(_ name: String, by other: String, in text: String) -> String {
        func isPart(_ character: Character?) -> Bool {
            character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
        }
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: name) {
            let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : nil
            let after = range.upperBound < text.endIndex ? text[range.upperBound] : nil
            result += rest[..<range.lowerBound]
            result += isPart(before) || isPart(after) ? name : other
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
