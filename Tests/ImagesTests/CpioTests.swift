import BenchrunModel
import Foundation
import Glibc
import Host
import Testing

@testable import Images

@Suite struct CpioTests {
    private func sample() -> [UInt8] {
        var archive = CpioArchive()
        archive.addDirectory("dev")
        archive.addDevice("dev/console", major: 5, minor: 1)
        archive.addFile("init", Array("#!x\n".utf8), mode: 0o755)
        archive.addFile("odd", [1, 2, 3, 4, 5])
        archive.addLink("link", to: "init")
        return archive.finished()
    }

    @Test("Headers are 110 digits, names and contents end on multiples of 4")
    func layout() {
        let bytes = sample()
        #expect(bytes.count.isMultiple(of: 512))
        var offset = 0
        var seen: [String: (mode: Int, size: Int)] = [:]
        while true {
            #expect(offset.isMultiple(of: 4))
            func field(_ index: Int) -> Int {
                let start = offset + 6 + 8 * index
                return Int(String(decoding: bytes[start..<(start + 8)], as: UTF8.self), radix: 16) ?? -1
            }
            #expect(Array(bytes[offset..<(offset + 6)]) == Array("070701".utf8))
            let (size, length) = (field(6), field(11))
            let name = String(decoding: bytes[(offset + 110)..<(offset + 109 + length)], as: UTF8.self)
            #expect(bytes[offset + 109 + length] == 0)
            let content = (offset + 110 + length + 3) / 4 * 4
            if name == "TRAILER!!!" { break }
            if name == "odd" { #expect(Array(bytes[content..<(content + size)]) == [1, 2, 3, 4, 5]) }
            seen[name] = (field(1), size)
            offset = (content + size + 3) / 4 * 4
        }
        #expect(seen["dev"]?.mode == 0o040755)
        #expect(seen["dev/console"]?.mode == 0o020600)
        #expect(seen["init"]?.mode == 0o100755)
        #expect(seen["link"]?.mode == 0o120777 && seen["link"]?.size == 4)
    }

    @Test("cpio reads it", .enabled(if: Tool.path(of: "cpio") != nil, "cpio is not installed"))
    func listing() async throws {
        let listed = try await HostCommand(["cpio", "-t", "-v", "--quiet"], input: sample()).check().output
        let lines = listed.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("drwxr-xr-x") && lines[1].hasPrefix("crw-------") && lines[1].contains("5,   1"))
        #expect(lines[2].hasPrefix("-rwxr-xr-x") && lines[4].hasSuffix("link -> init"))
    }
}
