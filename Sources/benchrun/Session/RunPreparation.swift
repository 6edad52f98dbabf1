import BenchrunModel
import Catalog
import Experiment
import Foundation
import Host
import Images
import Results

/// Everything a measurement needs, made before the first clock starts.
struct PreparedRun: Sendable {
    var plan: Plan
    var progress: RunProgress
    var sessionNumber: Int
    var session: HostSession
    var context: RunContext
    /// What instances of an environment have in its place.
    var contexts: [String: RunContext]
    /// Held, so that no other benchrun removes the image while it is used.
    var image: Image
    var otherImage: Image?
    var recorder: RunRecorder
    var bookPath: String
}

/// Probes environments, builds the image, lets drivers prepare, and writes the manifest.
struct RunPreparation: Sendable {
    let measurement: Measurement
    let session: HostSession
    let topology: CPUTopology
    let display: ProgressDisplay
    /// What `--tune` did; nil without it.
    var tuned: TuningRecord?

    func prepare() async throws -> PreparedRun {
        var environments = try await probe()
        let usable = environments.filter { $0.unavailable == nil }.map(\.spec)
        let image = try await image(measurement.selection.image, vm: usable.contains { $0.driver == "libvirt" })
        let context = try await context(image.forms)
        let other = try await otherImage(vm: usable.contains { $0.driver == "libvirt" })
        var contexts: [String: RunContext] = [:]
        if let other, let name = measurement.arms?.candidateName {
            contexts[name] = context
            contexts[name]?.image = other.forms
        }
        for index in environments.indices where environments[index].unavailable == nil {
            let spec = environments[index].spec
            display.activity("preparing \(spec.name)")
            do {
                try await session.drivers[spec.driver]?.prepare(spec, in: contexts[spec.name] ?? context)
            } catch  where !(error is CancellationError) && spec.name != EnvironmentSpec.nativeName {
                try Task.checkCancellation()
                display.warning("\(spec.name) cannot be used: \(error)")
                environments[index].unavailable = .init(reason: "\(error)", nextStep: "see 'benchrun doctor'")
            }
        }
        try Task.checkCancellation()
        var prepared = try await record(environments, image: image, context: context)
        prepared.contexts = contexts
        prepared.otherImage = other
        return prepared
    }

    /// The candidate's image in an A/B of images.
    private func otherImage(vm: Bool) async throws -> Image? {
        guard let recipe = measurement.arms?.candidateImage else { return nil }
        return try await image(recipe, vm: vm)
    }

    // MARK: Environments

    private func probe() async throws -> [EnvironmentRecord] {
        let wanted =
            measurement.resumed?.environments ?? measurement.selection.environments.map { EnvironmentRecord(spec: $0) }
        display.activity("probing \(wanted.map(\.spec.name).joined(separator: ", "))")
        let probed = await Probing.probe(wanted.filter { $0.unavailable == nil }.map(\.spec), drivers: session.drivers)
        try Task.checkCancellation()
        return try wanted.map { old in
            var record = old
            switch probed[old.spec.name] {
            case .available(let facts): record.driverFacts = facts
            case .unavailable(let reason, let nextStep):
                guard old.spec.name != EnvironmentSpec.nativeName, measurement.arms == nil else {
                    throw Failure(
                        "\(old.spec.name) cannot be used: \(reason); \(nextStep)",
                        status: ExitStatus.unavailable
                    )
                }
                guard measurement.resumed == nil else {
                    throw Failure(
                        "\(old.spec.name) was used by run \(session.run) and cannot be used now: \(reason); \(nextStep)",
                        status: ExitStatus.unavailable
                    )
                }
                display.warning("\(old.spec.name) cannot be used: \(reason); \(nextStep)")
                record.unavailable = .init(reason: reason, nextStep: nextStep)
            case nil: break
            }
            return record
        }
    }

    // MARK: Image

    private func image(_ recipe: ImageRecipe, vm: Bool) async throws -> Image {
        let selection = measurement.selection
        let display = display
        display.activity("looking for image \(recipe.name)")
        var request = ImageRequest(
            recipe: recipe,
            packages: selection.workloads.flatMap(\.packages),
            forVirtualMachines: vm,
            agentExecutable: session.setup.agentExecutable,
            kernel: measurement.options.kernel,
            initramfs: measurement.options.initrd
        )
        request.engines = ImageChoice.engines(agent: session.setup.agentExecutable)
        let image = try await ImageStore(cache: session.locations.cache).ensure(request) {
            display.activity($0.description)
        }
        try ImageChoice.requirePackages(of: selection.workloads, in: image, named: recipe.name)
        if let before = measurement.resumed?.imageDigest, before != image.forms.digest {
            throw Failure(
                "run \(session.run) was made with image \(before), and this host now builds \(image.forms.digest); "
                    + "begin a new run"
            )
        }
        return image
    }

    private func context(_ image: ImageForms) async throws -> RunContext {
        let selection = measurement.selection
        let parent = measurement.options.scratch ?? session.locations.cache + "/scratch"
        let scratch = try await session.makeScratch(in: URL(filePath: parent).path(percentEncoded: false))
        let limits =
            measurement.resumed?.limits
            ?? Limits(
                cpus: topology.measured,
                housekeepingCPUs: topology.housekeeping,
                cpuQuota: selection.cpuQuota,
                memory: selection.memory
            )
        var context = RunContext(
            setup: session.setup,
            image: image,
            limits: limits,
            scratchDirectory: scratch,
            scratchSize: selection.scratch
        )
        context.instancesAtOnce =
            selection.workloads.flatMap { workload in
                workload.cases.map { CommandBuilder.instances(of: workload, case: $0) }
            }.max() ?? 1
        return context
    }

    // MARK: Record

    private func record(
        _ environments: [EnvironmentRecord],
        image: Image,
        context: RunContext
    ) async throws -> PreparedRun {
        let folder = measurement.store.runs.folder(of: session.run)
        var manifest = measurement.resumed ?? newManifest(environments, image: image, context: context)
        if measurement.resumed == nil { recordCalibration(in: &manifest) }
        try folder.create()
        let writer = try await SampleWriter.open(path: folder.samples)
        if let repair = writer.repair { display.warning(repair) }
        let telemetry = try await TelemetryWriter.open(path: folder.telemetry)
        // After the repair: rows of a cell that was cut off are no longer there, and the cell is measured again.
        var progress = RunProgress(reference: measurement.arms?.reference ?? EnvironmentSpec.nativeName)
        if measurement.resumed != nil { progress = try await Self.progress(in: folder) }
        manifest.conditions = conditions(image)
        let number = max(progress.lastSession, manifest.sessions.last?.number ?? 0) + 1
        let began = RawClock.now()
        manifest.sessions.append(
            SessionRecord(
                number: number,
                wallClock: Date().timeIntervalSince1970,
                hostClock: began,
                bootID: manifest.host[FactKey.bootID] ?? ""
            )
        )
        try folder.save(manifest)
        let selection = measurement.selection
        var plan = selection.plan(
            run: session.run,
            options: measurement.options,
            environments: environments.filter { $0.unavailable == nil }.map(\.spec),
            seed: manifest.seed
        )
        plan.workloads = image.equipping(plan.workloads)
        plan.rounds = manifest.rounds
        plan.stopping = manifest.schedule?.stopping ?? .fixed(manifest.rounds)
        plan.reusesInstances = manifest.schedule?.reusesInstances ?? false
        if let arms = measurement.arms {
            plan.reference = arms.reference
            plan.arms = arms.arms
        }
        for pilot in manifest.schedule?.pilots ?? [] {
            plan.iterations[BlockKey(workload: pilot.workload, caseLabel: pilot.caseLabel)] = pilot.iterations
        }
        if let resumed = measurement.resumed {
            plan.budget = measurement.options.budgetDuration ?? resumed.budgetLeft(after: progress)
        }
        return PreparedRun(
            plan: plan,
            progress: progress,
            sessionNumber: number,
            session: session,
            context: context,
            contexts: [:],
            image: image,
            recorder: RunRecorder(
                manifest: manifest,
                folder: folder,
                writer: writer,
                telemetry: telemetry,
                began: began
            ),
            bookPath: session.locations.cache + "/durations.json"
        )
    }

    /// A report is made from the run's folder alone, so what is known of this host's noise goes into it.
    private func recordCalibration(in manifest: inout RunManifest) {
        do {
            let entries = try CalibrationStore(locations: session.locations).load().entries(for: manifest)
            if !entries.isEmpty { manifest.calibration = entries }
        } catch {
            display.warning("\(error)")
        }
    }

    /// Those of this session, which are also those of the run unless it is resumed with others.
    private func conditions(_ image: Image) -> RunConditions {
        let workloads = measurement.selection.workloads
        let packages = image.manifest.packages
        let tools = workloads.filter { !$0.packages.isEmpty }.map { workload in
            (workload.name, packages.filter { workload.packages.contains($0.key) })
        }
        let list = FileManager.default.contents(atPath: image.forms.directory + PackageList.path)
        return RunConditions(
            isStrict: measurement.options.strict,
            packageList: list.map { "sha256:" + SHA256.hexDigest(of: Array($0)) },
            tools: Dictionary(tools) { first, _ in first },
            coldWorkloads: workloads.filter { $0.pageCache == .cold }.map(\.name),
            tuning: tuned
        )
    }

    private static func progress(in folder: RunFolder) async throws -> RunProgress {
        var progress = RunProgress()
        var reader = try SampleReader(path: folder.samples)
        while let sample = try reader.next() { progress.note(sample) }
        return progress
    }

    private func newManifest(
        _ environments: [EnvironmentRecord],
        image: Image,
        context: RunContext
    ) -> RunManifest {
        let selection = measurement.selection
        let options = measurement.options
        var warnings: [String] = []
        if topology.isShared {
            warnings.append("one CPU carries instances and benchrun itself, so that benchrun disturbs what it measures")
        }
        let rule = selection.stopping(options)
        let usable = environments.count { $0.unavailable == nil }
        var manifest = RunManifest(
            run: session.run,
            benchrunVersion: Version.text,
            suite: selection.suiteName,
            seed: options.seed ?? UInt64.random(in: 0...UInt64(UInt32.max)),
            rounds: rule.mostRounds(environments: usable),
            budget: selection.budget(options).map { Double($0.components.seconds) },
            workloads: selection.workloads.map { measurement.catalog.record(of: $0) },
            environments: environments,
            imageDigest: image.forms.digest,
            image: ImageRecord(
                recipe: selection.image.name,
                packages: image.manifest.packages,
                source: selection.image.source
            ),
            limits: context.limits,
            scratchSize: context.scratchSize,
            host: HostFacts.read(),
            warnings: warnings
        )
        manifest.arms = measurement.arms?.record
        manifest.ladder = selection.ladder.isEmpty ? nil : selection.ladder
        manifest.schedule = ScheduleRecord(stopping: rule, reusesInstances: options.schedule.reuseInstances)
        return manifest
    }
}
