import Host
import Testing

@testable import Images

@Suite("Tars that are not trusted")
struct TarFileTests {
    private func entries(_ bytes: [UInt8]) async throws -> [TarFile.Entry] {
        var found: [TarFile.Entry] = []
        try await withTemporaryDirectory { directory in
            try FileBytes.create("\(directory)/x.tar", bytes)
            let file = TarFile("\(directory)/x.tar")
            try file.visit { entry in
                found.append(entry)
                return true
            }
            try file.check()
        }
        return found
    }

    private func problem(_ bytes: [UInt8]) async throws -> String {
        do {
            _ = try await entries(bytes)
            return ""
        } catch let error as HostError {
            return error.detail
        }
    }

    @Test("Names, links and sizes are read, in each form that writers use")
    func forms() async throws {
        let long = String(repeating: "d/", count: 100) + "name"
        let found = try await entries(
            tar {
                $0.directory("./")
                $0.file("./etc/one", "abc")
                $0.symbolicLink("link", to: "../../outside")
                $0.hardLink("hard", to: "etc/one")
                $0.pax("path", long)
                $0.file("short", "x")
                $0.longName(long + "2")
                $0.file("short", "xy")
                $0.add(
                    "big",
                    type: "0",
                    content: [1, 2, 3],
                    size: [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]
                )
            }
        )
        #expect(found.map(\.name) == ["./", "./etc/one", "link", "hard", long, long + "2", "big"])
        #expect(found.map(\.path)[1] == "etc/one")
        #expect(found.map(\.size) == [0, 3, 0, 0, 1, 2, 3])
        #expect(found[2].link == "../../outside" && found[3].link == "etc/one")
    }

    @Test("What leads out of the directory is refused, in a name, a long name and a hard link")
    func traversal() async throws {
        for bytes in [
            tar { $0.file("../evil") }, tar { $0.file("a/../../evil") },
            tar { $0.hardLink("x", to: "../../etc/shadow") },
            tar {
                $0.pax("path", "a/../../evil")
                $0.file("fine")
            },
        ] {
            #expect(try await problem(bytes).contains("leads out of it"))
        }
        // Two dots within a name are a name.
        #expect(try await problem(tar { $0.file("a..b/..c") }) == "")
    }

    @Test("A tar that was cut off anywhere is refused")
    func truncated() async throws {
        let whole = tar {
            $0.file("one", String(repeating: "x", count: 2000))
            $0.file("two", "y")
        }
        #expect(try await problem(whole) == "")
        for length in [100, 512, 1024, 2500, 2560, 3072, 3500] {
            #expect(try await problem(Array(whole.prefix(length))).contains("cut off"), "\(length)")
        }
    }

    @Test("What is no tar, or one with a flipped bit, is refused")
    func damaged() async throws {
        #expect(try await problem([UInt8](repeating: 0x41, count: 4096)).contains("is not a tar"))
        #expect(try await problem([UInt8](repeating: 0, count: 4096)).contains("holds nothing"))
        var bytes = tar {
            $0.file("one", "x")
            $0.file("two", "y")
        }
        bytes[1024 + 3] ^= 1
        #expect(try await problem(bytes).contains("is damaged at byte 1024"))
    }
}
