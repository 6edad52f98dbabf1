import Host
import Testing

@testable import Images

@Suite struct AptSourcesTests {
    private static let line =
        "deb [arch=amd64 signed-by=/k/a.gpg] http://user:word@one.example:81/debian bookworm main contrib"
    private static let stanzas = """
        # A comment
        Types: deb deb-src
        URIs: https://two.example/debian
        Suites: bookworm bookworm-updates
        Components: main
        # Another
        Signed-By:
         -----BEGIN PGP PUBLIC KEY BLOCK-----
         .
         abc

        Types: deb
        Enabled: no
        URIs: https://off.example/debian
        Suites: bookworm
        Components: main

        Types: deb-src
        URIs: https://source.example/debian
        Suites: bookworm
        Components: main

        Types: deb
        URIs: https://three.example/tool/
        Suites: ./
        """

    private func read(_ body: (AptSources) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let list = """
                # x
                \(Self.line) # tail
                deb-src http://no.example/ bookworm main
                deb cdrom:[Debian]/ bookworm main
                """
            try write(list, to: "\(directory)/sources.list")
            try write(Self.stanzas, to: "\(directory)/sources.list.d/debian.sources")
            try write("deb http://never.example/ x y", to: "\(directory)/sources.list.d/tool.list.save")
            try write("deb http://never.example/ x y", to: "\(directory)/sources.list.d/.hidden.list")
            try body(try AptSources.read(directory))
        }
    }

    @Test("Enabled sources of packages are found in both forms, and nothing else")
    func discovery() async throws {
        try await read { sources in
            #expect(sources.hosts == ["one.example", "two.example", "three.example"])
            #expect(sources.suites == ["./", "bookworm", "bookworm-updates"])
            #expect(sources.suite == "bookworm")
        }
    }

    @Test("What apt gets again says the same, without source packages")
    func files() async throws {
        try await read { sources in
            #expect(sources.listFile == Self.line + "\n")
            let text = try #require(sources.stanzaFile)
            #expect(AptSources.stanzas(text) == sources.entries.filter { $0.fields != nil })
            #expect(text.hasPrefix("Types: deb\nURIs: https://two.example/debian\nSuites: bookworm bookworm-updates\n"))
            #expect(text.contains("Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n"))
        }
    }

    @Test("Another suite takes the host's own sources along, not a vendor's")
    func adaptation() async throws {
        try await read { sources in
            let other = sources.adapted(to: "trixie")
            #expect(other.suites == ["trixie", "trixie-updates"])
            #expect(other.hosts == ["one.example", "two.example"])
            #expect(sources.adapted(to: "bookworm") == sources)
        }
    }

    @Test("A host without sources is told so")
    func none() async throws {
        try await withTemporaryDirectory { directory in
            #expect(throws: HostError.self) { try AptSources.read(directory) }
        }
    }

    @Test("Addresses are taken out of messages")
    func redaction() {
        let redaction = Redaction(hosts: ["one.example"])
        #expect(
            redaction.apply("E: Failed http://u:p@two.example:8/debian/x 404, resolving 'one.example'")
                == "E: Failed http://.../debian/x 404, resolving '...'"
        )
        #expect(redaction.apply("nothing here") == "nothing here")
    }

    @Test("apt's way to its sources is taken along, its hooks are not")
    func configuration() {
        let dump = """
            APT::Update::Post-Invoke:: "rm -f /x";
            Acquire::http::Proxy "http://proxy.example:3142";
            Acquire::https "";
            Acquire::https::CaInfo "/etc/ca.pem";
            Acquire::Languages "none";
            DPkg::Post-Invoke:: "true";
            """
        #expect(
            AptConfiguration.lines(of: dump, credentials: ["/etc/apt/auth.conf", "/etc/apt/auth.conf.d"]) == """
                Acquire::http::Proxy "http://proxy.example:3142";
                Acquire::https::CaInfo "/etc/ca.pem";
                Dir::Etc::netrc "/etc/apt/auth.conf";
                Dir::Etc::netrcparts "/etc/apt/auth.conf.d";

                """
        )
    }
}
