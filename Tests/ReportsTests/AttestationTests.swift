import BenchrunModel
import Results
import Testing

@testable import Analysis
@testable import Reports

@Suite("Attestation, declared differences and the guards that compare facts")
struct AttestationTests {
    /// Native, docker and a guest that got what was asked for.
    private static func run() -> SyntheticRun {
        var run = SyntheticRun(
            workloads: [.init(name: "cpu"), .init(name: "disk", workloadClass: .storage)],
            environments: ["native", "docker", "guest"]
        )
        run.manifest.host = [
            FactKey.transparentHugePages: "madvise", FactKey.addressRandomization: "2", FactKey.siblings: "0;1",
        ]
        run.manifest.conditions = RunConditions(packageList: "sha256:aa", tools: ["disk": ["fio": "3.33"]])
        for index in 0..<3 {
            run.manifest.environments[index].attested = [
                FactKey.cpus: index == 2 ? "0" : "1", FactKey.memoryLimit: index == 2 ? "1000000000" : "1073741824",
                FactKey.seccomp: index == 1 ? "filter" : "disabled", FactKey.transparentHugePages: "madvise",
                FactKey.addressRandomization: "2", FactKey.packageList: "sha256:aa", FactKey.memoryNodes: "0",
                FactKey.virtualization: ["none", "docker", "tcg"][index],
                FactKey.mitigations: "l1tf=Not affected;spectre_v1=Mitigation: usercopy",
            ]
            run.manifest.environments[index].enforced = [
                FactKey.cpus: "1", FactKey.cpuQuota: "100", FactKey.memoryLimit: "1073741824",
            ]
        }
        run.manifest.environments[1].spec.differs = [FactKey.seccomp]
        run.manifest.environments[2].spec.differs = [FactKey.memoryLimit]
        run.manifest.environments[2].driverFacts = ["accelerator": "tcg", FactKey.diskCache: "none"]
        run.manifest.environments[2].enforced[FactKey.diskDirect] = "yes"
        run.manifest.environments[2].enforced[FactKey.emulatorCPUs] = "0"
        return run
    }

    private static func analysis(_ run: SyntheticRun) -> RunAnalysis { RunAnalysis.of(run.manifest, samples: []) }

    @Test("What was asked for, what was got, and whether a file declares a difference")
    func states() throws {
        let analysis = Self.analysis(Self.run())
        let attestation = analysis.attestation
        #expect(attestation.environments == ["native", "docker", "guest"])
        #expect(attestation.notAsAsked.isEmpty)
        let memory = try #require(attestation.cell(FactKey.memoryLimit, "guest"))
        #expect(memory.asked == "1073741824" && memory.inside == "1000000000" && memory.outside == "1073741824")
        #expect(memory.state == .declared)
        #expect(attestation.cell(FactKey.seccomp, "docker")?.state == .declared)
        #expect(attestation.cell(FactKey.seccomp, "guest")?.state == .same)
        #expect(attestation.cell(FactKey.diskDirect, "guest")?.asked == "yes")
        #expect(attestation.cell(FactKey.diskDirect, "native")?.state == .unknown)
        #expect(attestation.cell(FactKey.virtualization, "guest")?.asked == "tcg")
        #expect(analysis.differences.map(\.fact).sorted() == [FactKey.memoryLimit, FactKey.seccomp])
        #expect(analysis.differences.allSatisfy { $0.isDeclared })
        #expect(analysis.warnings.allSatisfy { !$0.contains("asked for") })
    }

    @Test("An emulator that is to run on the measured CPUs, and a name that a driver's instances have of their own")
    func askedByTheEnvironment() throws {
        var run = Self.run()
        run.manifest.environments[2].spec.options["emulator-cpus"] = "measured"
        #expect(Self.analysis(run).attestation.cell(FactKey.emulatorCPUs, "guest")?.state == .notAsAsked)
        run.manifest.environments[2].enforced[FactKey.emulatorCPUs] = "1"
        #expect(Self.analysis(run).attestation.notAsAsked.isEmpty)
        run.manifest.environments[1].attested[FactKey.virtualization] = "lxc-libvirt"
        #expect(Self.analysis(run).attestation.cell(FactKey.virtualization, "docker")?.state == .notAsAsked)
        run.manifest.environments[1].driverFacts[FactKey.virtualization] = "lxc-libvirt"
        #expect(Self.analysis(run).attestation.cell(FactKey.virtualization, "docker")?.state == .same)
    }

    @Test(
        "Whatever was asked for and not got is marked, warned of and refused",
        arguments: [
            (FactKey.cpus, "0-1", "docker"), (FactKey.memoryLimit, "4", "docker"), (FactKey.cpuQuota, "none", "guest"),
            (FactKey.diskDirect, "no", "guest"), (FactKey.emulatorCPUs, "0-1", "guest"),
        ]
    )
    func notAsAsked(fact: String, value: String, environment: String) throws {
        var run = Self.run()
        let index = try #require(run.manifest.environments.firstIndex { $0.spec.name == environment })
        run.manifest.environments[index].enforced[fact] = value
        let analysis = Self.analysis(run)
        #expect(analysis.attestation.cell(fact, environment)?.state == .notAsAsked)
        #expect(analysis.warnings.contains { $0.hasPrefix("\(environment) did not get what was asked for: \(fact):") })
        let reason = try #require(StrictCheck(manifest: run.manifest).refusal(of: environment))
        #expect(reason.hasPrefix("--strict: \(fact): asked for "), "\(reason)")
        let others = ["native", "docker", "guest"].filter { $0 != environment }
        #expect(others.allSatisfy { StrictCheck(manifest: run.manifest).refusal(of: $0) == nil })
    }

    @Test("A guest has as many CPUs as were asked for, under its own numbers, and a little less memory")
    func guests() {
        var run = Self.run()
        run.manifest.environments[2].attested[FactKey.cpus] = "0-1"
        #expect(Self.analysis(run).attestation.cell(FactKey.cpus, "guest")?.state == .notAsAsked)
        run.manifest.environments[2].attested[FactKey.cpus] = "0"
        run.manifest.environments[2].spec.differs = nil
        run.manifest.environments[2].enforced[FactKey.memoryLimit] = nil
        #expect(Self.analysis(run).attestation.cell(FactKey.memoryLimit, "guest")?.state == .differs)
        run.manifest.environments[2].attested[FactKey.memoryLimit] = "100000000"
        #expect(Self.analysis(run).attestation.cell(FactKey.memoryLimit, "guest")?.state == .notAsAsked)
    }

    @Test("An undeclared difference that a guard watches is refused, a declared one is not")
    func refusal() throws {
        var run = Self.run()
        #expect(
            ["native", "docker", "guest"].allSatisfy { StrictCheck(manifest: run.manifest).refusal(of: $0) == nil }
        )
        run.manifest.environments[2].attested[FactKey.transparentHugePages] = "never"
        run.manifest.environments[2].attested[FactKey.mitigations] = "spectre_v1=Vulnerable"
        run.manifest.environments[2].attested[FactKey.ioUring] = "ENOSYS"
        run.manifest.environments[0].attested[FactKey.ioUring] = "yes"
        let reason = try #require(StrictCheck(manifest: run.manifest).refusal(of: "guest"))
        #expect(
            reason
                == "--strict: thp: asked for madvise, got never inside; CPU mitigations is spectre_v1=Vulnerable and natively "
                + "spectre_v1=Mitigation: usercopy; mend that, write 'differs: [thp, mitigations]' in its file, or leave out "
                + "--strict"
        )
        let guards = Self.analysis(run).guards
        #expect(guards.first { $0.number == 8 }?.state == .broken)
        run.manifest.environments[2].spec.differs = [
            FactKey.memoryLimit, FactKey.transparentHugePages, FactKey.mitigations,
        ]
        #expect(StrictCheck(manifest: run.manifest).refusal(of: "guest") == nil)
        #expect(Self.analysis(run).guards.first { $0.number == 8 }?.state == .holds)
        // io_uring is watched by no guard, but is a warning beside the figures.
        let open = Self.analysis(run).differences.filter { !$0.isDeclared }
        #expect(open.map(\.fact) == [FactKey.ioUring] && open.first?.explains == ["disk"])
    }

    @Test("Every guard has its line, and says so when it does not hold")
    func guards() throws {
        let lines = Self.analysis(Self.run()).guards
        #expect(lines.map(\.number) == [3, 4, 5, 6, 7, 8])
        #expect(lines.map(\.state) == [.holds, .holds, .holds, .uncontrolled, .holds, .holds])
        #expect(lines[0].proof == "seccomp disabled in native and guest, filter in docker")
        #expect(
            lines[1].proof
                == "guest: disk cache mode none, its file is open past the host's page cache; native and docker: the host's "
                + "page cache; page caches are warm for every workload"
        )
        #expect(lines[3].proof.hasPrefix("governor uncontrolled: no cpufreq here; turbo uncontrolled"))

        for (number, change) in Self.faults {
            var run = Self.run()
            change(&run.manifest)
            let line = try #require(Self.analysis(run).guards.first { $0.number == number })
            #expect(line.state == .broken, "guard \(number): \(line.proof)")
        }
    }

    /// For each guard something that must break it.
    private static let faults: [(Int, @Sendable (inout RunManifest) -> Void)] = [
        (3, { $0.environments[1].spec.differs = nil }),
        (3, { $0.environments[2].attested[FactKey.seccomp] = "filter" }),
        (4, { $0.environments[2].enforced[FactKey.diskDirect] = "no" }),
        (5, { $0.environments[1].enforced[FactKey.cpus] = "0" }),
        (5, { $0.environments[1].attested[FactKey.memoryNodes] = "0-1" }),
        (5, { $0.host[FactKey.siblings] = "0-1" }),
        (
            6,
            {
                $0.environments[0].attested[FactKey.governor] = "performance"
                $0.environments[1].attested[FactKey.governor] = "powersave"
            }
        ),
        (
            7,
            { manifest in
                for index in 0..<3 { manifest.environments[index].attested[FactKey.addressRandomization] = "0" }
            }
        ),
        (8, { $0.environments[2].attested[FactKey.transparentHugePages] = "never" }),
        (8, { $0.environments[2].attested[FactKey.mitigations] = "l1tf=Vulnerable;spectre_v1=Mitigation: usercopy" }),
    ]

    @Test("The host is refused as a whole where it does not randomize memory layouts")
    func layouts() {
        var run = Self.run()
        run.manifest.host[FactKey.addressRandomization] = "0"
        for index in 0..<3 { run.manifest.environments[index].attested[FactKey.addressRandomization] = "0" }
        let reason = StrictCheck(manifest: run.manifest).refusal(of: "native")
        #expect(reason?.contains("address space randomization is off") == true)
        #expect(Self.analysis(run).warnings.contains { $0.contains("/proc/sys/kernel/randomize_va_space") })
    }

    @Test("A frequency that is fixed holds, and what --tune could not set is called uncontrolled")
    func frequency() throws {
        var run = Self.run()
        run.manifest.host[FactKey.governor] = "performance"
        run.manifest.host["cpu.turbo"] = "off"
        run.manifest.conditions?.tuning = TuningRecord(changed: ["turbo: off"], uncontrolled: ["SMT: none"])
        let line = try #require(Self.analysis(run).guards.first { $0.number == 6 })
        #expect(line.state == .holds)
        #expect(line.proof == "governor performance; turbo off; --tune: turbo: off; uncontrolled: SMT: none")
    }

    @Test("A guest of a host that is a guest is nested")
    func nesting() throws {
        var run = Self.run()
        #expect(Self.analysis(run).attestation.cell("nesting", "guest") == nil)
        for (index, name) in ["kvm", "kvm", "tcg"].enumerated() {
            run.manifest.environments[index].attested[FactKey.hypervisor] = name
        }
        let attestation = Self.analysis(run).attestation
        #expect(attestation.cell("nesting", "guest")?.inside == "tcg nested in kvm")
        #expect(attestation.cell("nesting", "docker")?.inside == "on a host that is a kvm guest")
    }

    @Test("Cold workloads are named")
    func cold() throws {
        var run = Self.run()
        run.manifest.conditions?.coldWorkloads = ["disk"]
        let line = try #require(Self.analysis(run).guards.first { $0.number == 4 })
        #expect(line.proof.hasSuffix("before each execution of disk, and warm for the others"))
    }

    @Test("Figures point at the differences that can explain them, and the table marks what is not as it should be")
    func report() throws {
        var run = Self.run()
        run.manifest.environments[2].attested[FactKey.transparentHugePages] = "never"
        run.manifest.environments[0].attested[FactKey.ioUring] = "yes"
        run.manifest.environments[2].attested[FactKey.ioUring] = "ENOSYS"
        for round in 1...6 {
            for (name, value) in [("native", 100.0), ("docker", 99), ("guest", 50)] {
                run.add("cpu", name, round: round, value + Double(round) / 10)
                run.add("disk", name, round: round, value + Double(round) / 10)
            }
        }
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        let notes = DifferenceNotes(analysis.differences)
        #expect(notes.sentences.map { $0.prefix(3) } == ["[1]", "[2]"])
        #expect(notes.declaredSentences.count == 2)
        func mark(_ workload: String, _ environment: String) -> String? {
            analysis.primary.first { $0.workload == workload && $0.environment == environment }.map(notes.mark)
        }
        #expect(mark("cpu", "guest") == " [1]" && mark("disk", "guest") == " [2]")
        #expect(mark("cpu", "docker") == "" && mark("disk", "docker") == "")
        let text = TerminalReport(analysis: analysis).render()
        #expect(text.contains("slower [1]") && text.contains("- [1] guest differs from native"))
        #expect(text.contains("- CPU frequency, uncontrolled: governor uncontrolled: no cpufreq here"))
        #expect(text.contains("- transparent huge pages and mitigations, broken: "))

        let table = AttestationTable(analysis.attestation)
        let pages = try #require(table.rows.first { $0.name == FactKey.transparentHugePages })
        #expect(pages.asked == "madvise")
        #expect(pages.cells.map(\.mark) == ["", "", "≠ asked"])
        let memory = try #require(table.rows.first { $0.name == FactKey.memoryLimit })
        #expect(memory.cells[0].text.hasSuffix("the same outside"))
        #expect(memory.cells[2].mark == "differs, declared")
        let packages = try #require(table.rows.first { $0.name == FactKey.packageList })
        #expect(packages.cells[0].mark == "" && packages.asked == "sha256:aa")
    }

    @Test("The list of facts that files may declare is the list of those that are compared")
    func names() {
        #expect(Set(ParityFact.all.map(\.key)) == Set(FactKey.compared))
        #expect(ParityFact.all.count == FactKey.compared.count)
    }

    @Test("States of mitigations and capabilities are compared by what they say")
    func kinds() throws {
        func difference(_ key: String, _ value: String, _ native: String) -> [String]? {
            let fact = ParityFact.all.first { $0.key == key }
            return fact?.difference(value, from: native).map { [$0.value, $0.native] }
        }
        #expect(difference(FactKey.mitigations, "a=Not affected;b=Vulnerable", "b=Vulnerable;c=Not affected") == nil)
        #expect(difference(FactKey.mitigations, "a=Vulnerable", "") == ["a=Vulnerable", "a=not affected"])
        #expect(difference(FactKey.capabilities, "3", "1") == ["dac_override", "without these"])
        #expect(difference(FactKey.capabilities, "8000000000000001", "1") == ["capability 63", "without these"])
        #expect(difference(FactKey.capabilities, "x", "1") == ["x", "1"])
        #expect(CPUList.members("0-2, 5") == [0, 1, 2, 5] && CPUList.members("x,3-1").isEmpty)
    }
}
