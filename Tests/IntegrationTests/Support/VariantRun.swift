import BenchrunModel
import Foundation
import Results
import Testing

/// One run of some of libvirt's variants. Their workload fails where the guest is not what its kernel's command line
/// says.
struct VariantRun: Sendable {
    /// What needs io_uring, virtiofsd or huge pages of the host; the others need QEMU and its emulation.
    static let depending: Set = ["libvirt-tcg-io-uring", "libvirt-tcg-virtiofs", "libvirt-tcg-hugepages"]

    /// Durable writes; and where the guest has an interface, an answer from its gateway.
    static let workload = """
        title: Is it what it says it is
        class: storage
        packages: [sysbench]
        command:
          - bash
          - -c
          - |
            set -e
            line=$(cat /proc/cmdline)
            gateway=${line#*benchrun.gateway=}
            if [ "$gateway" != "$line" ]; then
                (: < "/dev/tcp/${gateway%% *}/9") 2>&1 || true
                grep eth0 /proc/net/arp | grep 0x2
            fi
            case $line in *benchrun.modules=scsi*) [ -b /dev/sda ] && [ -b /dev/sdb ] && [ ! -b /dev/vda ] ;; esac
            dd if=/dev/zero of=data bs=4k count=64 oflag=dsync 2>&1
            [ "$(stat -c %s data)" = 262144 ]
        timeout: 60 s
        parser: none
        metrics:
          - {name: time, unit: s, better: lower, resource: wall-time, delta: 10 %}

        """

    let sandbox: Sandbox
    let invocation: Invocation
    let leftovers: Leftovers
    let manifest: RunManifest
    let samples: [Sample]

    /// Makes the suite's files in a sandbox.
    static func suite(
        in sandbox: Sandbox,
        environments: [String],
        more: String = ""
    ) throws -> SmallSuite {
        let suite = try SmallSuite(
            in: sandbox,
            workloads: ["variant"],
            environments: environments,
            rounds: 1,
            scratch: "64 MiB",
            more: more
        )
        try suite.add(workload: "variant", ofClass: "storage", workload)
        return suite
    }

    static func make(in sandbox: Sandbox, environments: [String], more: String = "") async throws -> VariantRun {
        let suite = try suite(in: sandbox, environments: environments, more: more)
        let before = try await Leftovers.now()
        // What is disturbed is not measured again: that it was measured is enough.
        let command = sandbox.run(suite, ["--budget", "20 s"])
        let invocation = try await Invocation.run(command, in: sandbox, limit: .seconds(900))
        guard !sandbox.runs.isEmpty else { throw Unexpected("a run, but: \(invocation.errors.suffix(3000))") }
        let folder = try sandbox.onlyRun()
        return VariantRun(
            sandbox: sandbox,
            invocation: invocation,
            leftovers: try await Leftovers.left(by: sandbox, since: before),
            manifest: try folder.loadManifest(),
            samples: try SampleReader.all(path: folder.samples)
        )
    }

    /// Measures some variants beside native and holds them against what is asked of every one.
    static func expectAll(
        _ variants: [String],
        _ body: (VariantRun) throws -> Void
    ) async throws {
        try await Sandbox.within { sandbox in
            let run = try await make(in: sandbox, environments: ["native"] + variants)
            let missing = run.manifest.environments.filter { $0.unavailable != nil }.map(\.spec.name)
            #expect(depending.isSuperset(of: missing), "\(run.invocation.errors)")
            #expect(run.hasSucceeded, "\(run.invocation.errors.suffix(3000))")
            for record in run.manifest.environments where record.unavailable == nil {
                run.expectMeasured(record.spec.name)
                run.expectLimits(record)
            }
            try body(run)
            #expect(run.leftovers.isEmpty, "\(run.leftovers)")
        }
    }

    private func expectLimits(_ record: EnvironmentRecord) {
        let name = record.spec.name
        let isGuest = name != EnvironmentSpec.nativeName
        #expect(record.attested[FactKey.virtualization] == (isGuest ? "tcg" : "none"), "\(name)")
        let limits = manifest.limits
        #expect(record.enforced[FactKey.memoryLimit] == "\(limits.memory)", "\(name): \(record.enforced)")
        #expect(record.enforced[FactKey.cpus] == Limits.list(limits.cpus), "\(name): \(record.enforced)")
        let quota = name == "libvirt-session-tcg" ? "none" : "\(limits.cpuQuota * limits.cpus.count)"
        #expect(record.enforced[FactKey.cpuQuota] == quota, "\(name): \(record.enforced)")
        guard isGuest else { return }
        let own = name == "libvirt-tcg-1cpu" ? limits.cpus : limits.housekeepingCPUs
        #expect(record.enforced[FactKey.emulatorCPUs] == Limits.list(own), "\(name): \(record.enforced)")
    }

    func record(_ environment: String) throws -> EnvironmentRecord {
        try #require(manifest.environments.first { $0.spec.name == environment })
    }

    /// It succeeded, but for cells that something else on the machine disturbed.
    var hasSucceeded: Bool { invocation.status == 0 || samples.contains { $0.outcome == .invalid } }

    /// Every sample of an environment has a value.
    func expectMeasured(_ environment: String) {
        let own = samples.filter { $0.environment == environment }
        #expect(!own.isEmpty, "\(environment)")
        for sample in own {
            #expect(sample.value != nil && [.ok, .invalid].contains(sample.outcome), "\(sample)")
        }
    }
}
