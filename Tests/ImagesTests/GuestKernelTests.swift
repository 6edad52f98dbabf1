import BenchrunModel
import Foundation
import Glibc
import Host
import Testing

@testable import Images

@Suite struct GuestKernelTests {
    @Test("A kernel is known by its magic, and tells its release")
    func magic() {
        #expect(KernelImage.isKernel(kernelBytes()))
        #expect(KernelImage.release(in: kernelBytes(release: "6.12.1-amd64 (x@y) #1")) == "6.12.1-amd64")
        #expect(!KernelImage.isKernel([UInt8](repeating: 0, count: 1024)))
        #expect(!KernelImage.isKernel(Array(kernelBytes().prefix(0x203))))
        var arm = [UInt8](repeating: 0, count: 128)
        arm.replaceSubrange(56..<60, with: [0x41, 0x52, 0x4D, 0x64])
        #expect(KernelImage.isKernel(arm) && KernelImage.release(in: arm) == nil)
    }

    @Test("The user's own kernel is checked")
    func own() async throws {
        try await withTemporaryDirectory { directory in
            try FileBytes.create("\(directory)/vmlinuz", kernelBytes(release: "7.0-x"))
            try FileBytes.create("\(directory)/text", Array("hello".utf8))
            let kernel = try await GuestKernel.ensure(cache: directory, own: "\(directory)/vmlinuz")
            #expect(kernel.release == "7.0-x" && kernel.modules == "/lib/modules/7.0-x")
            for name in ["text", "missing"] {
                await #expect(throws: HostError.self) {
                    try await GuestKernel.ensure(cache: directory, own: "\(directory)/\(name)")
                }
            }
        }
    }

    @Test("Debian's package is found behind the one that only depends on it")
    func package() {
        let record = """
            Package: linux-image-cloud-amd64
            Version: 6.1.192-2
            Depends: linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)
            """
        let package = KernelPackage.dependency(in: record)
        #expect(package == KernelPackage(name: "linux-image-6.1.0-56-cloud-amd64", version: "6.1.192-2"))
        #expect(KernelPackage(name: "a", version: "1:2/3").identity == "a_1%2%3")
        #expect(KernelPackage.dependency(in: "Package: x\nVersion: 1\nDepends: y, z") == nil)
    }
}
