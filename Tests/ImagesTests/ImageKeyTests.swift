import BenchrunModel
import Host
import Testing

@testable import Images

@Suite struct ImageKeyTests {
    private func key(
        _ recipe: ImageRecipe = ImageRecipe(name: "debian", packages: ["kmod", "fio"]),
        packages: [String] = ["sysbench"],
        architecture: String = "amd64",
        suite: String = "bookworm",
        sources: [String] = ["bookworm", "bookworm-security"]
    ) throws -> String {
        try ImageKey(
            recipe: recipe,
            packages: packages,
            architecture: architecture,
            suite: suite,
            sources: sources
        ).text
    }

    @Test("A key stays the same from version to version of benchrun")
    func stable() throws {
        // Changing this line throws every user's images away: raise ImageKey.formatVersion with it.
        #expect(try key() == "0c0de824201b073017c25f9589a604bd")
    }

    @Test("Only the union of packages counts")
    func union() throws {
        #expect(
            try key() == key(ImageRecipe(name: "debian", packages: ["fio"]), packages: ["sysbench", "kmod", "fio"])
        )
        #expect(try key() == key(ImageRecipe(name: "debian", title: "other", packages: ["fio", "kmod"])))
    }

    @Test("Whatever makes another image makes another key")
    func differences() throws {
        let keys = [
            try key(), try key(architecture: "arm64"), try key(suite: "trixie"), try key(sources: ["bookworm"]),
            try key(packages: []), try key(packages: ["sys", "bench"]),
            try key(ImageRecipe(name: "other", packages: ["kmod", "fio"])),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(keys.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test("A name that could be taken for something else is refused", arguments: ["", "-x", "a b", "a,b", "$(x)", "é"])
    func names(_ name: String) {
        #expect(throws: HostError.self) { try key(packages: [name]) }
        #expect(throws: HostError.self) { try key(suite: name) }
    }

    @Test(
        "Versions, architectures and other suites may be asked for",
        arguments: ["g++", "fio=3.33-3", "x:i386", "y/z"]
    )
    func forms(_ name: String) throws {
        #expect(try !key(packages: [name]).isEmpty)
    }
}
