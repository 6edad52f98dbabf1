import BenchrunModel
import Glibc
import Results

/// The guards that watch every execution: of the method's list those with the numbers 1, 2, 9 and 10, and of number 4
/// what the device saw.
struct CellGuardLines {
    let manifest: RunManifest
    let witness: CellWitness

    /// A line for each guard; none where nothing was measured.
    func lines() -> [MethodGuard] {
        guard witness.executions > 0 else { return [] }
        return [clock, steal, truth, quota, load]
    }

    // MARK: The guards

    private var clock: MethodGuard {
        let apart = witness.clockError.map {
            "a guest's clock ran at most \(percent($0.value)) from the host's (\($0.environment)), where "
                + "\(percent(CellGuards.clockError)) are permitted"
        }
        let parts = [
            "start-up is timed on the host's clock only, from before the create call until the agent's first frame has "
                + "arrived",
            apart ?? "every instance reads the host's own clock",
        ]
        return line(1, "clock", [.clock], parts, isKnown: witness.watched > 0)
    }

    private var steal: MethodGuard {
        let parts = [
            share(witness.steal, "stolen by the hypervisor below"),
            share(witness.runDelay, "that a virtual CPU waited"),
            share(witness.foreign, "in other programs on the measured CPUs"),
        ].compactMap { $0 }
        let limits =
            "over \(percent(CellGuards.flaggedShare)) is flagged, over \(percent(CellGuards.invalidShare)) invalid"
        return line(
            2,
            "CPU time taken away",
            [.steal, .runDelay, .busyCPU],
            parts.isEmpty ? [] : ["at most " + parts.joined(separator: ", "), limits],
            isKnown: !parts.isEmpty
        )
    }

    private var truth: MethodGuard {
        let parts = [
            witness.readRatio.map { "read at least \(percent($0.value)) (\($0.environment))" },
            witness.writtenRatio.map { "wrote at least \(percent($0.value)) (\($0.environment))" },
            witness.syncRatio.map { "synced at least \(percent($0.value)) (\($0.environment))" },
        ].compactMap { $0 }
        return line(
            4,
            "bytes claimed, and bytes that the device saw",
            [.cached, .notDurable],
            truthWords(parts),
            isKnown: !parts.isEmpty || witness.claiming == 0
        )
    }

    private func truthWords(_ parts: [String]) -> [String] {
        if !parts.isEmpty { return ["of what the tools claim, the device " + Parity.conjunction(parts)] }
        return witness.claiming == 0
            ? ["no workload of this run claims to have read from the device or to be durable"]
            : ["the device under the scratch directory could not be watched, or too little was claimed"]
    }

    private var quota: MethodGuard {
        var parts: [String] = []
        if let throttled = witness.throttled {
            parts.append("the quota held an instance back for at most \(percent(throttled.value)) of an execution")
        }
        if let poll = manifest.host["kvm.halt-poll-ns"] { parts.append("halt_poll_ns \(poll)") }
        parts.append("host CPU time stands beside wall time")
        return line(9, "CPU quota", [.throttled], parts, isKnown: witness.throttled != nil)
    }

    private var load: MethodGuard {
        let quantiles = manifest.workloads.filter { $0.metrics.contains { $0.quantile != nil } }
        let closed = quantiles.filter { $0.load == .closed }.map(\.name)
        let open = quantiles.filter { $0.load == .open }.map(\.name)
        var parts: [String] = []
        if quantiles.isEmpty { parts.append("no workload of this run measures quantiles of latencies") }
        if !open.isEmpty {
            parts.append("requests of \(Parity.conjunction(open)) come at their own times, as the workload's file says")
        }
        if !closed.isEmpty {
            parts.append(
                "requests of \(Parity.conjunction(closed)) wait for earlier answers: the quantiles are labelled "
                    + "'closed-loop', and no verdict rests on them"
            )
        }
        return line(10, "latency load", [.fewRequests], parts, isKnown: true)
    }

    // MARK: Parts

    /// Broken where a flag was raised; the flags come first in the proof.
    private func line(
        _ number: Int,
        _ title: String,
        _ flags: [CellFlag],
        _ parts: [String],
        isKnown: Bool
    ) -> MethodGuard {
        let raised = witness.raised(flags).map { entry in
            "'\(entry.count.flag.rawValue)' in \(entry.executions) of \(witness.executions) executions "
                + "(\(entry.count.environment))"
        }
        let proof = raised + (parts.isEmpty ? ["not recorded in this run"] : parts)
        return MethodGuard(
            number: number,
            title: title,
            state: !raised.isEmpty ? .broken : isKnown ? .holds : .unknown,
            proof: proof.joined(separator: "; ")
        )
    }

    private func share(_ extreme: CellWitness.Extreme?, _ what: String) -> String? {
        extreme.map { "\(percent($0.value)) \(what)" + ($0.value > 0 ? " (\($0.environment))" : "") }
    }

    /// `0.03 %`
    private func percent(_ share: Double) -> String {
        let percent = share * 100
        let power = abs(percent) < 1 ? 1000.0 : abs(percent) < 10 ? 10 : 1
        let rounded = (percent * power).rounded() / power
        return rounded == rounded.rounded() ? "\(Int(max(-1e9, min(1e9, rounded)))) %" : "\(rounded) %"
    }
}
