import BenchrunModel
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "The examples of FIPS 180-4 and of NIST's byte test vectors",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                    + "mnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ]
    )
    func knownAnswers(message: String, digest: String) {
        #expect(SHA256.hexDigest(of: Array(message.utf8)) == digest)
    }

    @Test("Pieces of any length give the digest of the whole", arguments: [1, 3, 55, 56, 63, 64, 65, 127, 1000])
    func streaming(piece: Int) {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var hash = SHA256()
        for start in stride(from: 0, to: message.count, by: piece) {
            hash.update(Array(message[start..<min(start + piece, message.count)]))
        }
        #expect(hash.hexDigest() == SHA256.hexDigest(of: message))
    }

    @Test("A digest leaves the hash usable, at every length around a block's end")
    func digestLeavesTheHashUsable() {
        for length in 0...130 {
            let message = [UInt8](repeating: 0x61, count: length)
            var hash = SHA256()
            hash.update(message)
            let before = hash.hexDigest()
            hash.update([])
            #expect(hash.hexDigest() == before)
            hash.update([0x62])
            #expect(hash.hexDigest() == SHA256.hexDigest(of: message + [0x62]))
        }
    }
}
