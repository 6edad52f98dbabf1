import BenchrunModel
import Glibc
import Results
import TestSupport
import Testing

@Suite("appending samples")
struct SampleWriterTests {
    private func cell(_ round: Int, rows: Int = 3) -> [Sample] {
        var run = SyntheticRun(workloads: [.init(name: "w")])
        for iteration in 1...rows {
            run.add("w", "native", round: round, Double(iteration) / 3, iteration: iteration)
        }
        return run.samples
    }

    @Test("creates, appends and goes on")
    func appends() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("samples.csv")
        let writer = try await SampleWriter.open(path: path)
        try await writer.append(cell(1))
        try await writer.append([])
        #expect(writer.repair == nil)
        let again = try await SampleWriter.open(path: path)
        try await again.append(cell(2))
        #expect(again.repair == nil)
        #expect(try SampleReader.all(path: path) == cell(1) + cell(2))
        #expect(try folder.read("samples.csv").hasPrefix(SampleColumn.header + "\n"))
    }

    @Test("wherever the last write was cut off, whole cells stay and nothing is destroyed")
    func everyCut() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("samples.csv")
        let writer = try await SampleWriter.open(path: path)
        try await writer.append(cell(1))
        let whole = try readFile(path).count
        try await writer.append(cell(2))
        let full = try readFile(path)
        for length in stride(from: whole + 1, to: full.count, by: 23) {
            try replaceFile(path, with: Array(full.prefix(length)))
            unlink("\(path).partial")
            let cut = Array(full.prefix(length))
            let resumed = try await SampleWriter.open(path: path)
            let kept = try readFile(path)
            if let repair = resumed.repair {
                #expect(repair.contains("samples.csv.partial"))
                let moved = try readFile("\(path).partial")
                #expect(kept + moved == cut || kept + moved == cut + [UInt8(ascii: "\n")])
            } else {
                // The cut fell between two rows: they are complete, and the experiment knows which cells it finished.
                #expect(kept == cut)
            }
            try await resumed.append(cell(3))
            #expect(try SampleReader.all(path: path).starts(with: cell(1)))
            #expect(try SampleReader.all(path: path).suffix(3) == cell(3)[...])
        }
    }

    @Test("a half-written cell goes aside as a whole")
    func halfCell() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("samples.csv")
        try await SampleWriter.open(path: path).append(cell(1) + cell(2))
        let full = try readFile(path)
        try replaceFile(path, with: Array(full.dropLast(5)))
        let writer = try await SampleWriter.open(path: path)
        #expect(try #require(writer.repair).contains("its cell counts as not measured"))
        #expect(try SampleReader.all(path: path) == cell(1))
        let moved = try folder.read("samples.csv.partial")
        #expect(moved.split(separator: "\n").count == 3)
    }

    @Test("too few fields in the last line are a cut, in another line an error")
    func fewFields() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("samples.csv")
        try await SampleWriter.open(path: path).append(cell(1))
        let text = try folder.read("samples.csv")
        _ = try folder.write("samples.csv", text + "a,b,c\n")
        let writer = try await SampleWriter.open(path: path)
        #expect(writer.repair != nil)
        #expect(try folder.read("samples.csv.partial") == "a,b,c\n")
        _ = try folder.write("samples.csv", "\(SampleColumn.header)\na,b,c\n" + text.split(separator: "\n")[1] + "\n")
        let error = await #expect(throws: ResultsError.self) { try await SampleWriter.open(path: path) }
        #expect(try #require(error).description == "\(path):2: fields are missing; correct or remove the line")
    }

    @Test("a header that was cut off is made anew")
    func cutHeader() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("samples.csv", "run,session,rou")
        let writer = try await SampleWriter.open(path: path)
        try await writer.append(cell(1))
        #expect(try SampleReader.all(path: path) == cell(1))
        #expect(try folder.read("samples.csv.partial") == "run,session,rou\n")
    }

    @Test("rows follow the columns of the file that is there")
    func ownOrder() async throws {
        let folder = try TemporaryFolder()
        let header = (SampleColumn.allCases.map(\.name).reversed() + ["later"]).joined(separator: ",")
        let path = try folder.write("samples.csv", header + "\n")
        try await SampleWriter.open(path: path).append(cell(1))
        #expect(try folder.read("samples.csv").hasPrefix(header + "\n"))
        #expect(try SampleReader.all(path: path) == cell(1))
    }

    @Test("a foreign file is refused and left as it is")
    func foreign() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("samples.csv", "a,b\n1,2\n")
        await #expect(throws: ResultsError.self) { try await SampleWriter.open(path: path) }
        #expect(try folder.read("samples.csv") == "a,b\n1,2\n")
    }

    @Test("a full disk is named with the file and the next step", .enabled(if: access("/dev/full", W_OK) == 0))
    func full() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("samples.csv")
        try #require(symlink("/dev/full", path) == 0)
        let error = await #expect(throws: ResultsError.self) { try await SampleWriter.open(path: path) }
        #expect(
            try #require(error).description
                == "\(path): no space left on device; free some space there, then continue with 'benchrun resume'"
        )
    }
}
