import BenchrunModel
import Testing

@testable import ProcessDrivers

@Suite("Processes that serve a container")
struct ServingProcessTests {
    @Test func aProcessIsReadWhateverItsName() {
        #expect(ProcessTable.parse("12 (dockerd) S 1 12 12 0") == .init(pid: 12, parent: 1, name: "dockerd"))
        #expect(ProcessTable.parse("7 (a) b) (c) R 12 7") == .init(pid: 7, parent: 12, name: "a) b) (c"))
        #expect(ProcessTable.parse("") == nil && ProcessTable.parse("7 (x") == nil)
    }

    @Test func aProcessThatNobodyServesHasNone() {
        #expect(ServingProcesses(container: 1, socket: nil).processes.isEmpty)
        #expect(ServingProcesses(container: 1, socket: "/nowhere.sock").processes.filter { $0.scope == .shim }.isEmpty)
        #expect(ServingProcesses(container: -1, socket: nil).counters().isEmpty)
    }
}
