#if Libvirt
import Libvirt
import Testing

/// libvirt's test driver: a hypervisor without one, inside this process.
@Suite("libvirt's test driver")
struct LibvirtConnectionTests {
    private let address = "test:///default"

    private func definition(_ name: String) -> String {
        """
        <domain type='test'><name>\(name)</name><description>benchrun run a</description>
        <memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>
        """
    }

    @Test func versionsAndCapabilities() async throws {
        let connection = try await Connection.open(address, within: .seconds(10))
        #expect(try await connection.libraryVersion() >= Version(packed: 1_000_000))
        #expect(try await connection.capabilities().contains("<capabilities>"))
        await connection.close()
    }

    @Test func lifeOfADomain() async throws {
        let connection = try await Connection.open(address, within: .seconds(10))
        let events = connection.events
        let domain = try await connection.create(xml: definition("life"))
        #expect(try await connection.domains().contains(domain))
        #expect(try await connection.domain(named: "life") == domain)
        #expect(try await connection.text(of: domain) == "benchrun run a")
        #expect(try await connection.info(of: domain).maximumMemory == 64 << 20)
        try await connection.suspend(domain)
        #expect(try await connection.state(of: domain) == .paused)
        try await connection.resume(domain)
        #expect(try await connection.state(of: domain) == .running)
        try await connection.destroy(domain)

        // They arrive on the event loop's thread, some time after the calls have returned.
        var kinds: [DomainEvent.Kind] = []
        for await event in events where event.name == "life" {
            kinds.append(event.kind)
            if event.kind == .stopped { break }
        }
        await connection.close()
        #expect(kinds.filter { $0 != .defined } == [.started, .suspended, .resumed, .stopped])
    }

    @Test func statisticsAndPinning() async throws {
        let connection = try await Connection.open(address, within: .seconds(10))
        let domain = try await connection.create(xml: definition("figures"))
        let figures = try await connection.statistics(of: [domain], groups: .state)
        #expect(figures["figures"]?["state.state"]?.integer == Int64(DomainState.running.rawValue))
        #expect(try await connection.pinning(of: domain).count == 1)
        await connection.close()
    }

    @Test func errorsCarryTheirCode() async throws {
        let connection = try await Connection.open(address, within: .seconds(10))
        let missing = await #expect(throws: LibvirtError.self) {
            try await connection.domain(named: "nothing-of-that-name")
        }
        #expect(missing?.isNoDomain == true)
        #expect(missing?.isConnectionLost == false)
        #expect(missing?.description.hasPrefix("libvirt look up 'nothing-of-that-name': ") == true)

        let malformed = await #expect(throws: LibvirtError.self) { try await connection.create(xml: "<domain") }
        #expect(malformed?.isNoDomain == false)
        #expect(malformed?.code == 35)
        await connection.close()
    }

    @Test func aClosedConnectionIsLost() async throws {
        let connection = try await Connection.open(address, within: .seconds(10))
        await connection.close()
        await connection.close()
        #expect(connection.isLost)
        let error = await #expect(throws: LibvirtError.self) { try await connection.domains() }
        #expect(error?.isConnectionLost == true)
        for await _ in connection.events { Issue.record("a closed connection has no events") }
    }

    @Test func anAddressThatNobodyServesIsRefused() async {
        let error = await #expect(throws: LibvirtError.self) {
            try await Connection.open("qemu:///system?socket=/nonexistent/libvirt-sock", within: .seconds(10))
        }
        #expect(error?.message.contains("/nonexistent/libvirt-sock") == true)
    }

    @Test func manyCallsFromManyTasks() async throws {
        let connection = try await Connection.open(address, within: .seconds(10))
        let found = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    // Each call's error must be its own, though all wait for one thread.
                    do {
                        _ =
                            index % 2 == 0
                            ? try await connection.domain(named: "missing-\(index)")
                            : try await connection.create(xml: "<domain")
                        return false
                    } catch let error as LibvirtError {
                        return error.isNoDomain == (index % 2 == 0) && error.code != 0
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(found == 200)
        await connection.close()
    }
}

@Suite("Deadlines")
struct LibvirtDeadlineTests {
    @Test func timeRunsOut() async throws {
        let late = AsyncStream.makeStream(of: Int.self)
        let value = try await Deadline.run(within: .milliseconds(20)) {
            try await Task.sleep(for: .milliseconds(200))
            return 7
        } late: {
            late.continuation.yield($0)
            late.continuation.finish()
        }
        #expect(value == nil)
        var answers: [Int] = []
        for await answer in late.stream { answers.append(answer) }
        #expect(answers == [7])
    }

    @Test func inTime() async throws {
        #expect(try await Deadline.run(within: .seconds(30)) { 7 } == 7)
    }

    @Test func cancellationDoesNotWait() async {
        let task = Task {
            try await Deadline.run(within: .seconds(60)) { try await Task.sleep(for: .seconds(30)) }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }
}
#endif
