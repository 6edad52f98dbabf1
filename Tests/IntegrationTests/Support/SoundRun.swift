import BenchrunModel
import Results

extension Sandbox {
    /// The samples of the only run, in which every cell was measured. On a machine where others are at work too a guard
    /// may find cells invalid, which carry a value all the same and make the status 4.
    func soundSamples(of run: Invocation) throws -> [Sample] {
        let samples = try SampleReader.all(path: onlyRun().samples)
        guard run.status == 0 || run.status == 4, !samples.isEmpty, samples.allSatisfy({ $0.value != nil }) else {
            throw Unexpected("a value in every row, but the status is \(run.status):\n\(run.errors.suffix(4000))")
        }
        return samples
    }
}
