import Host

/// Debian's name for the architecture of this host.
enum DebianArchitecture {
    static func own() async throws -> String {
        try await HostCommand(["dpkg", "--print-architecture"]).check().output
            .filter { !$0.isWhitespace }
    }
}
