public import Results

extension ImportedRun {
    /// Writes the run's folder, samples first: a folder without `run.json` is no run. Blocks.
    /// - Throws: ``ResultsError`` naming the file that could not be written.
    public func write(to store: RunStore) throws(ResultsError) -> RunFolder {
        let folder = store.folder(of: manifest.run)
        try folder.create()
        var bytes = Array((SampleColumn.header + "\n").utf8)
        bytes.reserveCapacity(samples.count * 128)
        let encoder = SampleEncoder()
        for sample in samples { try encoder.encode(sample, into: &bytes) }
        try replaceFile(folder.samples, with: bytes)
        try folder.save(manifest)
        return folder
    }
}
