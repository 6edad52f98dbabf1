import BenchrunModel
import Results
import TestSupport
import Testing

@Suite("Baselines")
struct BaselineStoreTests {
    private func make(_ folder: TemporaryFolder) throws -> (RunStore, BaselineStore, SyntheticRun) {
        let store = RunStore(results: folder.file("results"))
        let run = RunPairs.run("20260101-000000-0001")
        try run.write(to: store.folder(of: run.manifest.run))
        return (store, BaselineStore(store), run)
    }

    @Test("A baseline is a copy that stays when its run is gone, and no run of the store")
    func copy() throws {
        let folder = try TemporaryFolder()
        let (store, baselines, run) = try make(folder)
        let saved = try baselines.save("main", store.folder(of: run.manifest.run), at: 5)
        #expect(saved.run == run.manifest.run && saved.savedAt == 5)
        #expect(try baselines.all() == [saved])
        #expect(store.runs() == [run.manifest.run])
        try replaceFile(store.folder(of: run.manifest.run).samples, with: [])
        let found = try baselines.find("main", for: run.manifest, across: false)
        #expect(found.baseline == saved && found.differences.isEmpty)
        #expect(try SampleReader.all(path: baselines.folder(of: saved).samples) == run.samples)
    }

    @Test("A baseline of another place is refused with what differs, or used with a word about it")
    func place() throws {
        let folder = try TemporaryFolder()
        let (store, baselines, run) = try make(folder)
        let saved = try baselines.save("main", store.folder(of: run.manifest.run), at: 5)
        var elsewhere = run.manifest
        elsewhere.host[FactKey.cpuModel] = "Another CPU"
        elsewhere.limits.memory = 512 << 20
        #expect {
            try baselines.find("main", for: elsewhere, across: false)
        } throws: { error in
            "\(error)".contains("CPU model: Another CPU instead of A CPU; memory: 512 MiB instead of 1024 MiB")
                && "\(error)".contains("--across")
        }
        let found = try baselines.find("main", for: elsewhere, across: true)
        #expect(found.baseline == saved && found.differences.count == 2)
        // What a gate is to find the consequences of does not make another place.
        var later = run.manifest
        later.host[FactKey.kernel] = "7.0"
        later.imageDigest = "sha256:other"
        #expect(try baselines.find("main", for: later, across: false).baseline == saved)
    }

    @Test("A folder that was copied to another name is not followed to where it came from")
    func copied() throws {
        let folder = try TemporaryFolder()
        let (store, baselines, run) = try make(folder)
        let saved = try baselines.save("main", store.folder(of: run.manifest.run), at: 5)
        let source = baselines.folder(of: saved).path
        let target = source.replacing("/main/", with: "/release/")
        for name in ["run.json", "samples.csv", "baseline.json"] {
            try replaceFile("\(target)/\(name)", with: try readFile("\(source)/\(name)"))
        }
        #expect(throws: ResultsError.self) { try baselines.named("release") }
        #expect(throws: ResultsError.self) { try baselines.remove("release") }
        #expect(throws: ResultsError.self) { try baselines.named("../main") }
        #expect(try baselines.named("main") == [saved])
    }

    @Test("One name has one baseline a place; saving again replaces, removing removes")
    func names() throws {
        let folder = try TemporaryFolder()
        let (store, baselines, run) = try make(folder)
        _ = try baselines.save("main", store.folder(of: run.manifest.run), at: 5)
        var other = RunPairs.run("20260102-000000-0002")
        try other.write(to: store.folder(of: other.manifest.run))
        let second = try baselines.save("main", store.folder(of: other.manifest.run), at: 6)
        #expect(try baselines.named("main") == [second])
        other.manifest.host[FactKey.cpuModel] = "Another CPU"
        try other.write(to: store.folder(of: other.manifest.run))
        let third = try baselines.save("main", store.folder(of: other.manifest.run), at: 7)
        #expect(try baselines.named("main") == [second, third])
        #expect(try baselines.remove("main") == 2)
        #expect(try baselines.all().isEmpty && baselines.remove("main") == 0)
        for name in ["", "..", "a/b", "A B"] {
            #expect(throws: ResultsError.self) { try baselines.save(name, store.folder(of: other.manifest.run), at: 1) }
            #expect(throws: ResultsError.self) { try baselines.remove(name) }
        }
    }
}
