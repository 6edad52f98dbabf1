import Foundation
import Glibc
import Host
import Testing

extension IntegrationTests {
    /// `image import registry:...` from a registry on loopback that the test starts.
    @Suite struct RegistryImportTests {
        /// A port nobody listens on at the moment.
        private func freePort() throws -> UInt16 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard isBound else { throw Unexpected("a free port") }
            return UInt16(bigEndian: address.sin_port)
        }

        private func withRegistry(in sandbox: Sandbox, _ body: (String) async throws -> Void) async throws {
            let port = try freePort()
            let file = sandbox.directory + "/registry.yml"
            let text = """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: \(sandbox.directory)/registry}}
                http: {addr: "127.0.0.1:\(port)"}

                """
            try Data(text.utf8).write(to: URL(filePath: file))
            let log = sandbox.directory + "/registry.log"
            let registry = try await ChildProcess.start(
                ["setpriv", "--pdeathsig", "KILL", "--", "docker-registry", "serve", file],
                output: .file(log),
                error: .file(log)
            )
            do {
                try await body("127.0.0.1:\(port)")
            } catch {
                await registry.stop(grace: .seconds(2))
                throw error
            }
            await registry.stop(grace: .seconds(2))
        }

        @Test func anImageIsPulledAndNothingStaysInTheStore() async throws {
            try await Sandbox.within { sandbox in
                let root = try await TinyRoot(in: sandbox)
                try await withRegistry(in: sandbox) { registry in
                    let reference = "\(registry)/brit/tiny:7"
                    try await root.inPodman {
                        let isPushed = try await eventually {
                            try await HostCommand([
                                "podman", "push", "--quiet", "--tls-verify=false", root.reference,
                                "docker://\(reference)",
                            ]).run().isSuccess
                        }
                        #expect(isPushed)
                    }
                    func importing(_ reference: String) async throws -> Invocation {
                        try await Invocation.run(
                            [
                                Machine.benchrun, "image", "import", "pulled", "registry:\(reference)",
                                "--containers-only", "--plain",
                            ],
                            in: sandbox,
                            environment: ["XDG_CACHE_HOME": sandbox.directory + "/cache"]
                        )
                    }
                    let pulled = try await importing(reference)
                    #expect(pulled.status == 0 && pulled.output.contains("GREETING=hello"), "\(pulled.errors)")
                    let missing = try await importing("\(registry)/brit/tiny:8")
                    #expect(
                        missing.status == 2 && missing.errors.contains("could not get the image"),
                        "\(missing.errors)"
                    )
                    #expect(try await !HostCommand(["podman", "image", "exists", reference]).run().isSuccess)
                    let images = try FileManager.default.contentsOfDirectory(
                        atPath: sandbox.directory + "/cache/benchrun/images"
                    )
                    #expect(images.count { !$0.contains(".") } == 1, "\(images)")
                }
            }
        }
    }
}
