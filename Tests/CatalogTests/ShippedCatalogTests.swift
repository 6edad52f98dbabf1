import AgentProtocol
import BenchrunModel
import Foundation
import Testing

@testable import Catalog

@Suite("The shipped catalogue")
struct ShippedCatalogTests {
    private let catalog: Catalog
    private let problems: [CatalogProblem]

    init() {
        (catalog, problems) = Catalog.load(directory: Fixture.benchmarks, drivers: Fixture.shippedDrivers)
    }

    @Test("Every file loads without a problem")
    func noProblem() throws {
        #expect(problems == [])
        let suite = try catalog.suite(named: "default")
        #expect(Set(suite.workloads).isSubset(of: catalog.workloads.map(\.name)))
        #expect(Set(catalog.suites.flatMap(\.workloads)) == Set(catalog.workloads.map(\.name)), "each is in a suite")
        #expect(suite.environments == ["native", "docker", "podman", "libvirt-tcg"])
        #expect(suite.rounds == 6)
        #expect(suite.memory == 1 << 30)
        #expect(suite.scratch == 1 << 30)
        #expect(suite.cpuQuota == 100)
        #expect(suite.image == "debian")
        #expect(try catalog.suite(named: "smoke").rounds == 2)
        #expect(try catalog.image(named: "debian").suite == nil)
    }

    @Test("Environments carry driver, options and half-width")
    func environments() throws {
        let tcg = try catalog.environment(named: "libvirt-tcg")
        #expect(tcg.driver == "libvirt")
        #expect(tcg.options == ["accelerator": "tcg"])
        #expect(tcg.halfWidth == 0.1)
        #expect(try catalog.environment(named: "native").options.isEmpty)
        #expect(try catalog.environment(named: "libvirt-kvm").options == ["accelerator": "kvm"])
    }

    @Test("Density has two workloads, whose bounds and cases can be met")
    func density() throws {
        let suite = try catalog.suite(named: "density")
        #expect(suite.workloads == ["idle-footprint", "density"])
        for name in suite.workloads {
            let workload = try catalog.workload(named: name)
            #expect(workload.workloadClass == .density && workload.density != nil)
            #expect(workload.cases.map(\.instances).first == 1)
            #expect(workload.metrics.first?.better == .lower)
        }
        #expect(try catalog.workload(named: "density").density?.latencyBound == .milliseconds(500))
    }

    @Test("Docker in a guest is its guest's environment with an engine")
    func dockerInGuest() throws {
        let docker = try catalog.environment(named: "libvirt-tcg-docker")
        #expect(docker.driver == "libvirt" && docker.options == ["accelerator": "tcg", "engine": "docker"])
        #expect(try catalog.environment(named: "libvirt-kvm-docker").options["accelerator"] == "kvm")
    }

    @Test("Every workload's command can be expanded, and its first metric is judged")
    func commands() throws {
        for workload in catalog.workloads {
            #expect(workload.metrics.first?.better != Better.none)
            guard workload.activity == .command else { continue }
            #expect(workload.cases == [Case()])
            let command = CommandBuilder.command(of: workload, case: Case())
            #expect(command.arguments == workload.command)
            #expect(command.directory == "/scratch")
            #expect(command.umask == 0o022)
            #expect(command.environment == Command.standardEnvironment)
            #expect(command.timeLimit == 60_000_000_000)
            #expect(!workload.packages.isEmpty)
        }
    }

    @Test(
        "Real output of each tool is read",
        arguments: [
            ("sysbench-cpu", [3231.23]), ("stress-ng-matrix", [310.96]), ("openssl-sha256", [1096.073216]),
            ("stream-triad", [18297.56]), ("sysbench-memory", [18025.90]),
            ("fio-randread-4k", [30505.494505, 504.723108298, 2932.736]),
            ("fio-randwrite-fsync", [4082.917083, 230.921746758]),
            ("fio-seqwrite", [1491.308088]), ("sqlite-insert", [0.75, 10000]), ("xz", [0.75]),
        ]
    )
    func realOutput(name: String, expected: [Double]) throws {
        let workload = try catalog.workload(named: name)
        let output = name == "xz" ? [] : try Fixture.bytes("outputs/\(name).txt")
        let execution = Execution(termination: .exited(0), wall: 750_000_000, output: output)
        let reading = try OutputReader.read(workload: workload, case: Case(), execution: execution).get()
        let values = reading.values
        #expect(values.map(\.metric) == workload.metrics)
        #expect(values.count == expected.count)
        for (value, number) in zip(values, expected) {
            #expect(abs(value.value - number) <= 1e-9 * number)
        }
        let work: [String: [String: UInt64]] = [
            "sysbench-cpu": ["operations": 3235], "stress-ng-matrix": ["operations": 311],
            "openssl-sha256": ["operations": 1096], "stream-triad": ["operations": 5],
            "sysbench-memory": ["operations": 18046],
            "fio-randread-4k": ["operations": 30536, "read": 125_075_456],
            "fio-randwrite-fsync": ["operations": 4087, "written": 16_740_352, "syncs": 4087],
            "fio-seqwrite": ["operations": 256, "written": 268_435_456],
        ]
        #expect(reading.work == work[name] ?? [:])
        #expect(workload.operationUnit != nil)
        let counts = values.filter { $0.metric.quantile != nil }.map(\.count)
        #expect(counts == (name == "fio-randread-4k" ? [30536] : []))
    }

    @Test("Start-up has every phase, request to ready first")
    func startup() throws {
        let workload = try catalog.workload(named: "startup")
        #expect(workload.activity == .lifecycle)
        #expect(workload.parser == .none)
        let phases: [Phase] = [.ready, .create, .start, .firstFrame, .firstCommand, .stop, .remove, .bareExec]
        #expect(workload.metrics.map(\.source) == phases.map { .phase($0) })
        #expect(workload.metrics.first?.source == .phase(.ready))
        #expect(workload.metrics.filter { $0.better == .none }.map(\.name) == ["bare-exec"])
    }

    @Test("A digest is the SHA-256 of the file")
    func digests() throws {
        let path = Fixture.benchmarks + "/suites/smoke.yaml"
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        #expect(catalog.digest(of: .suite, named: "smoke") == SHA256.hexDigest(of: bytes))
        #expect(catalog.digest(of: .workload, named: "smoke") == nil)
    }

    @Test("An unknown name lists near ones")
    func unknownNames() {
        func message(_ body: () throws -> Void) -> String? {
            do { try body() } catch { return "\(error)" }
            return nil
        }
        #expect(
            message { _ = try catalog.workload(named: "sysbnch-cpu") }
                == "unknown workload 'sysbnch-cpu': did you mean 'sysbench-cpu'? 'benchrun list' shows all"
        )
        #expect(
            (message { _ = try catalog.environment(named: "libvirt-kv") } ?? "")
                .hasPrefix("unknown environment 'libvirt-kv': did you mean 'libvirt-kvm'")
        )
        #expect(
            message { _ = try catalog.suite(named: "nothing like it") }
                == "unknown suite 'nothing like it'; 'benchrun list' shows all"
        )
        #expect(message { _ = try catalog.image(named: "\u{1B}[31m") }?.contains("\u{1B}") == false)
    }
}
