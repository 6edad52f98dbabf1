import BenchrunModel
import Results

/// `fio --output-format=json`: one workload for each job, one case for each direction in which it moved data.
///
/// fio prints warnings before the document and, with `json,normal`, its usual output behind it.
enum FioReader {
    static func read(_ bytes: [UInt8], file: String) throws(ImportError) -> ForeignResults {
        let document = try self.document(bytes, file: file)
        var list = SeriesList(file: file)
        var notes: [String] = []
        var seen: Set<[String]> = []
        for job in try document.required("jobs", "fio's jobs").someElements() {
            let name = try job.required("jobname", "a job's name").label()
            try requireSuccess(job, name)
            // Copies of a job share the device: each has a part of the figure, and none is a value of its own.
            let group = try job.member("groupid")?.words ?? ""
            guard seen.insert([group, name]).inserted else {
                throw ImportError(
                    subject: job.subject,
                    detail: "\(job.name): expected one job '\(Printable.line(name, limit: 60))' in a group and found "
                        + "two",
                    nextStep: "measure copies of a job with 'group_reporting', so that their figures are added up"
                )
            }
            var isIdle = true
            for direction in ["read", "write", "trim"] {
                guard let side = try job.member(direction), try hasMoved(side) else { continue }
                isIdle = false
                try add(side, of: name, direction, to: &list)
            }
            if isIdle {
                notes.append("\(ForeignName.lastComponent(of: file)): job '\(name)' moved no data and was left out")
            }
        }
        guard !list.series.isEmpty else {
            throw ImportError(subject: "\(file):1", detail: "expected a job that reads, writes or trims and found none")
        }
        return ForeignResults(
            file: file,
            tool: try document.member("fio version")?.words?.replacingFirst("fio-", by: "fio ") ?? "fio",
            measurements: list.series,
            hasPrimaryMetric: true,
            notes: notes
        )
    }

    /// The document, in the first line that begins with a brace.
    private static func document(_ bytes: [UInt8], file: String) throws(ImportError) -> JSONPlace {
        var cursor = ByteCursor(bytes, file: file)
        cursor.skipBlanks()
        while !cursor.isAtEnd, cursor.next != UInt8(ascii: "{") {
            cursor.skipLine()
            cursor.skipBlanks()
        }
        var reader = JSONReader(cursor)
        guard let document = try reader.next() else {
            throw ImportError(subject: "\(file):1", detail: "expected a JSON document and found none")
        }
        var rest = reader.rest
        rest.skipBlanks()
        while !rest.isAtEnd {
            guard rest.next != UInt8(ascii: "{") else {
                throw rest.error(
                    "expected one JSON document and found a second",
                    nextStep: "measure without '--status-interval', or keep the last document only"
                )
            }
            rest.skipLine()
            rest.skipBlanks()
        }
        return document
    }

    private static func requireSuccess(_ job: JSONPlace, _ name: String) throws(ImportError) {
        guard let place = try job.member("error") else { return }
        let error = try place.number()
        guard error != 0 else { return }
        throw ImportError(
            subject: place.subject,
            detail: "\(place.path): job '\(Printable.line(name, limit: 60))' ended with error "
                + "\(SampleEncoder.text(error)), so that its figures are not those of its work",
            nextStep: "measure it again, or take the job out of the file"
        )
    }

    /// A direction that was not asked for is there all the same, with zeros.
    private static func hasMoved(_ side: JSONPlace) throws(ImportError) -> Bool {
        for name in ["total_ios", "io_bytes", "iops"] {
            if let place = try side.member(name), try place.number() != 0 { return true }
        }
        return false
    }

    private static func add(
        _ side: JSONPlace,
        of job: String,
        _ direction: String,
        to list: inout SeriesList
    ) throws(ImportError) {
        func series(_ metric: String, _ unit: String, _ better: Better) -> ForeignMeasurement {
            ForeignMeasurement(workload: job, caseLabel: direction, metric: metric, unit: unit, better: better)
        }
        let rate = try side.required("iops", "operations a second")
        try list.add([ForeignValue(try rate.number(), line: rate.node.line)], to: series("iops", "IOPS", .higher))
        // fio before 3.0 has KiB/s alone.
        if let bandwidth = try side.member("bw_bytes") {
            let value = ForeignValue(try bandwidth.number() / 1_048_576, line: bandwidth.node.line)
            try list.add([value], to: series("bandwidth", "MiB/s", .higher))
        } else if let bandwidth = try side.member("bw") {
            let value = ForeignValue(try bandwidth.number() / 1024, line: bandwidth.node.line)
            try list.add([value], to: series("bandwidth", "MiB/s", .higher))
        }
        // Jobs without completion latency have zeros there, with no request behind them.
        guard let latency = try side.member("clat_ns"), try latency.member("N")?.number() != 0,
            let mean = try latency.member("mean")
        else { return }
        let value = ForeignValue(try mean.number() / 1e9, line: mean.node.line)
        try list.add([value], to: series("completion-latency", "s", .lower))
    }
}

extension String {
    fileprivate func replacingFirst(_ prefix: String, by other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
