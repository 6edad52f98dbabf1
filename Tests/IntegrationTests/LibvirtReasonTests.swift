import Foundation
import Testing

extension IntegrationTests {
    /// What cannot be used says why, and why is true.
    @Suite struct LibvirtReasonTests {
        @Test func reasonsAreTrue() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let suite = try SmallSuite(in: sandbox, workloads: ["startup"])
                let options = [
                    "host": "network: host", "named": "network: bridge\n  bridge: nothing-here",
                    "cpu": "cpu: no-such-cpu", "machine": "machine: no-such-machine",
                ]
                for (name, text) in options {
                    try suite.add(
                        environment: "own-\(name)",
                        "title: \(name)\nextends: libvirt-tcg\noptions:\n  \(text)\n"
                    )
                }
                let doctor = try await Invocation.run(
                    [Machine.benchrun, "doctor", "--json", "--quiet", "--benchmarks", suite.directory],
                    in: sandbox
                )
                let findings = try JSONDecoder().decode([Doctored].self, from: Data(doctor.output.utf8))
                    .filter { $0.kind == "environment" }
                for finding in findings where !finding.available {
                    #expect(!finding.reason.isEmpty && !finding.nextStep.isEmpty, "\(finding.name)")
                }
                try ownFiles(findings)
                try acceleration(findings)
                try hugePages(findings)
                for name in ["libvirt-lxc", "libvirt-session-tcg"] {
                    let finding = try #require(findings.first { $0.name == name })
                    #expect(finding.available && !finding.version.isEmpty, "\(name): \(finding.reason)")
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        private func ownFiles(_ findings: [Doctored]) throws {
            for (name, words) in [
                ("host", "a guest cannot use the host's network"), ("named", "the bridge 'nothing-here'"),
                ("cpu", "TCG does not offer the cpu 'no-such-cpu'"), ("machine", "no-such-machine"),
            ] {
                let finding = try #require(findings.first { $0.name == "own-\(name)" })
                #expect(!finding.available && finding.reason.contains(words), "\(finding)")
            }
        }

        /// Where no guest runs with KVM none of its variants does, and each says so.
        private func acceleration(_ findings: [Doctored]) throws {
            let base = try #require(findings.first { $0.name == "libvirt-kvm" })
            let variants = findings.filter { $0.name.hasPrefix("libvirt-kvm-") }
            #expect(variants.count >= 14)
            guard !base.available else { return }
            for variant in variants {
                #expect(!variant.available, "\(variant.name)")
                #expect(variant.reason.lowercased().contains("kvm"), "\(variant.name): \(variant.reason)")
                if variant.name.hasPrefix("libvirt-kvm-io") { #expect(variant.reason == base.reason) }
            }
        }

        private func hugePages(_ findings: [Doctored]) throws {
            let finding = try #require(findings.first { $0.name == "libvirt-tcg-hugepages" })
            let memory = try String(contentsOfFile: "/proc/meminfo", encoding: .utf8)
            if memory.contains(#/HugePages_Total: +0\n/#) {
                #expect(!finding.available && finding.reason == "the host has no huge pages reserved", "\(finding)")
            } else {
                #expect(finding.available || finding.reason.contains("hugetlbfs"), "\(finding)")
            }
            let shared = try #require(findings.first { $0.name == "libvirt-tcg-virtiofs" })
            #expect(shared.available || shared.reason.contains("virtiofs"), "\(shared)")
        }
    }
}
