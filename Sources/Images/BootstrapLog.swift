import Host

/// What mmdebstrap says, understood.
enum BootstrapLog {
    /// The step that a line announces; nil where it announces none.
    static func stage(_ line: String) -> ImageProgress.Stage? {
        guard line.hasPrefix("I: ") else { return nil }
        let text = line.dropFirst(3)
        return stages.first { text.hasPrefix($0.prefix) }?.stage
    }

    private static let stages: [(prefix: String, stage: ImageProgress.Stage)] = [
        ("running apt-get update", .fetchingLists), ("downloading packages with apt", .downloading),
        ("extracting archives", .extracting), ("installing essential packages", .installingEssential),
        ("installing remaining packages", .installing), ("cleaning package lists", .finishing),
    ]

    /// Why it failed, for people: what to correct where that is known, else the errors it printed.
    static func failure(_ log: String, status: Int32, subject: String, redaction: Redaction) -> HostError {
        let lines = log.split(whereSeparator: \.isNewline)
        let missing = PackageNames.unknown(in: log)
        if !missing.isEmpty { return PackageNames.failure(missing, subject: subject) }
        if lines.contains(where: { $0.contains("No space left on device") }) {
            return HostError(
                subject: subject,
                detail: "no space left for the image's packages",
                nextStep: "free some space, for instance with 'benchrun image prune', or set XDG_CACHE_HOME"
            )
        }
        let errors = lines.filter { $0.hasPrefix("E: ") || $0.hasPrefix("Err:") || $0.contains("error") }
        let shown = (errors.isEmpty ? lines : errors).suffix(6).joined(separator: "; ")
        let isNetwork = ["Could not resolve", "Failed to fetch", "Could not connect", "Connection failed"]
            .contains { log.contains($0) }
        return HostError(
            subject: subject,
            detail: "mmdebstrap failed with status \(status): \(redaction.apply(shown))",
            nextStep: isNetwork
                ? "check the network and that 'apt-get update' works on this host"
                : "check that 'apt-get update' works on this host, and the packages of the recipe"
        )
    }
}
