import BenchrunModel
import Foundation
import Host
import Testing

extension IntegrationTests.FirstAnswerTests {
    /// Boundaries of phases beside what others say who were there: engines, libvirt, and a guest's console.
    ///
    /// Of an environment's launches the one counts in which both are closest: a boundary that is another one differs in
    /// all of them, a process that had to wait for a CPU in some.
    @Suite struct PhaseBoundaryTests {
        let run: LifecycleRun

        init() throws {
            run = try LifecycleRun.get()
        }

        /// A phase of an engine ends when its command has returned; what it does, it says before, and its command needs
        /// time of its own to start and to end.
        @Test(
            arguments: [
                ("docker", "create", Phase.create), ("docker", "start", .start), ("docker", "destroy", .remove),
                ("podman", "create", .create), ("podman", "start", .start), ("podman", "remove", .remove),
            ]
        )
        func enginesSaidSo(_ engine: String, _ event: String, _ phase: Phase) throws {
            let command = try #require(run.commands[engine])
            try expectClose("\(engine) \(event)", of: engine, phase, besides: command) { life in
                said(event, by: engine, of: life).map { $0.at...$0.at }
            }
        }

        /// Without a command between them: a phase ends when the engine's socket has answered.
        @Test(arguments: [("create", Phase.create), ("start", .start), ("destroy", .remove)])
        func theEngineSaidSoBySocket(_ event: String, _ phase: Phase) throws {
            try expectClose("docker \(event) by socket", of: "docker-api", phase) { life in
                said(event, by: "docker", of: life).map { $0.at...$0.at }
            }
        }

        /// Its end is somewhere inside of the phase, since the engine has more to do after it.
        @Test(arguments: [("docker", "die"), ("podman", "died")])
        func enginesSawItsEnd(_ engine: String, _ event: String) throws {
            for life in try run.lives(engine) {
                let died = try #require(said(event, by: engine, of: life)).at
                let stopped = run.wall(try life.end(of: .stop))
                #expect(died <= stopped + 0.005 + run.slew, "\(life)")
                #expect(died >= stopped - (try life.length(.stop)) - 0.005 - run.slew, "\(life)")
            }
        }

        @Test(arguments: ["libvirt-tcg", LifecycleRun.loud])
        func libvirtSaidSo(_ environment: String) throws {
            for (event, phase) in [("Started Booted", Phase.start), ("Stopped Shutdown", .stop)] {
                try expectClose("libvirt \(event)", of: environment, phase) { life in
                    // It is printed in whole milliseconds.
                    said(event, by: "libvirt", of: life).map { $0.at...$0.at + 0.001 }
                }
            }
        }

        @Test(arguments: ["libvirt-tcg", LifecycleRun.loud])
        func theConsoleBeganThen(_ environment: String) throws {
            try expectClose("console", of: environment, .firmware) { life in
                run.witness.firstByte(of: life.instance).map { wall($0.after, $0.at) }
            }
        }

        /// The kernel's own log, as it came out of the guest: nothing of the guest's clocks is in this.
        @Test func theKernelSaidSo() throws {
            try expectClose("kernel log", of: LifecycleRun.loud, .kernel) { life in
                run.witness.console(of: life.instance).first { $0.text.contains("] Run /init as init process") }
                    .map { wall($0.after, $0.at) }
            }
        }

        private func said(_ event: String, by source: String, of life: Life) -> LifeWitness.Event? {
            run.events.first { $0.source == source && $0.instance == life.instance && $0.what == event }
        }

        private func wall(_ after: UInt64, _ at: UInt64) -> ClosedRange<Double> {
            run.wall(Double(after) / 1e9)...run.wall(Double(at) / 1e9)
        }

        /// - Parameters:
        ///   - command: time that the witness's own command needs, in seconds.
        ///   - find: when somebody else saw the phase end, on the wall clock.
        private func expectClose(
            _ witness: String,
            of environment: String,
            _ phase: Phase,
            besides command: Double = 0,
            _ find: (Life) -> ClosedRange<Double>?
        ) throws {
            var distances: [(distance: Double, tolerance: Double)] = []
            for life in try run.lives(environment) {
                let seen = try #require(find(life), "\(witness) of \(life.instance) among \(run.events.count) events")
                let end = run.wall(try life.end(of: phase))
                let distance = max(seen.lowerBound - end, end - seen.upperBound, 0)
                let tolerance = max(0.005, 0.05 * (try life.length(phase))) + command + run.slew
                print("\(witness): \(phase.rawValue) differs by \(distance * 1000) of \(tolerance * 1000) ms")
                distances.append((distance, tolerance))
            }
            #expect(distances.contains { $0.distance <= $0.tolerance }, "\(witness), \(phase.rawValue): \(distances)")
        }
    }
}
