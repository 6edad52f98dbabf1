import Foundation
import Testing

extension IntegrationTests {
    /// What `doctor` finds on a machine that is set up.
    @Suite struct DoctorTests {
        @Test func findsWhatIsThere() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let doctor = try await Invocation.run([Machine.benchrun, "doctor", "--json"], in: sandbox)
                #expect(doctor.status == 0, "\(doctor.errors)")
                let findings = try JSONDecoder().decode([Doctored].self, from: Data(doctor.output.utf8))
                let environments = findings.filter { $0.kind == "environment" }
                #expect(environments.map(\.name) == Machine.environments)
                for finding in environments where !Machine.mayBeUnavailable(finding.name) {
                    #expect(finding.available, "\(finding.name): \(finding.reason); \(finding.nextStep)")
                    #expect(!finding.version.isEmpty || finding.name.hasPrefix("native"), "\(finding.name)")
                }
                for finding in findings where !finding.available {
                    #expect(!finding.reason.isEmpty && !finding.nextStep.isEmpty, "\(finding.name)")
                }
                let kvm = try #require(environments.first { $0.name == "libvirt-kvm" })
                try expectTrue(kvm)
                let tcg = try #require(environments.first { $0.name == "libvirt-tcg" })
                #expect(tcg.facts["accelerator"] == "tcg")
                for tool in ["mmdebstrap", "mke2fs", "qemu-img", "docker", "dockerd", "podman", "gnuplot", "libvirtd"] {
                    let finding = try #require(findings.first { $0.kind == "tool" && $0.name == tool })
                    #expect(finding.available && finding.version.contains(#/[0-9]+\.[0-9]/#), "\(tool)")
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        /// KVM is available, or the reason that is given is so.
        private func expectTrue(_ kvm: Doctored) throws {
            let device = FileManager.default.fileExists(atPath: "/dev/kvm")
            if kvm.available {
                #expect(device && kvm.facts["accelerator"] == "kvm")
            } else if device {
                // The device opens and still no guest answers: only a probe guest can tell.
                #expect(!kvm.reason.contains("no such device") && !kvm.reason.contains("missing"), "\(kvm.reason)")
                #expect(kvm.reason.lowercased().contains("kvm") || kvm.reason.contains("guest"), "\(kvm.reason)")
            } else {
                #expect(kvm.reason.contains("/dev/kvm"), "\(kvm.reason)")
            }
        }

        @Test func tableSaysTheSame() async throws {
            try await Sandbox.within { sandbox in
                let doctor = try await Invocation.run([Machine.benchrun, "doctor", "--plain"], in: sandbox)
                #expect(doctor.status == 0)
                for line in [#/yes  native/#, #/yes  docker/#, #/yes  podman/#, #/yes  libvirt-tcg/#, #/yes  gnuplot/#]
                {
                    #expect(doctor.output.contains(line), "\(doctor.output)")
                }
                #expect(doctor.errors.contains("probing environments"))
            }
        }
    }
}
