import Foundation
import Testing

extension IntegrationTests {
    /// Caches that are not whole: half an image is never used.
    @Suite struct CacheTests {
        private struct Entry: Decodable {
            var key: String
            var recipe: String?
            var digest: String?
            var bytes: Int
            var problem: String?
        }

        private func list(_ sandbox: Sandbox, cache: String = Sandbox.cache) async throws -> [Entry] {
            let result = try await Invocation.run(
                [Machine.benchrun, "image", "list", "--json"],
                in: sandbox,
                environment: ["XDG_CACHE_HOME": cache]
            )
            #expect(result.status == 0, "\(result.errors)")
            let decoder = JSONDecoder()
            return try decoder.decode([Entry].self, from: Data(result.output.utf8))
        }

        /// Makes the image that the tests of this suite damage copies of.
        private func wholeImage(_ sandbox: Sandbox) async throws -> Entry {
            let result = try await sandbox.measureNatively()
            try #require(result.status == 0, "\(result.errors)")
            return try #require(try await list(sandbox).first { $0.problem == nil })
        }

        @Test func listNamesImages() async throws {
            try await Sandbox.within { sandbox in
                let image = try await wholeImage(sandbox)
                #expect(image.recipe == "debian" && image.digest?.hasPrefix("sha256:") == true)
                #expect(image.bytes > 10 << 20)
                let text = try await Invocation.run([Machine.benchrun, "image", "list"], in: sandbox)
                #expect(text.output.contains(image.key) && text.output.contains("MiB"))
                let empty = try await Invocation.run(
                    [Machine.benchrun, "image", "list"],
                    in: sandbox,
                    environment: ["XDG_CACHE_HOME": sandbox.directory + "/empty"]
                )
                #expect(empty.output.contains("no image in the cache; 'benchrun image build' makes one"))
                let remove = try await Invocation.run([Machine.benchrun, "image", "rm", "no-such-image"], in: sandbox)
                #expect(remove.status == 2 && remove.errors.contains("no-such-image: is not in the cache"))
            }
        }

        @Test func halfBuiltImagesAreNeverUsed() async throws {
            try await Sandbox.within { sandbox in
                let image = try await wholeImage(sandbox)
                let cache = sandbox.directory + "/cache"
                // One that lost its record, as after a crash while it was copied, and one that was being built.
                let damaged = "\(cache)/benchrun/images/\(image.key)"
                for path in [damaged, "\(cache)/benchrun/images/half.building-1"] {
                    try FileManager.default.createDirectory(
                        atPath: path + "/root/usr/bin",
                        withIntermediateDirectories: true
                    )
                }
                let found = try await list(sandbox, cache: cache)
                #expect(found.map(\.key) == [image.key])
                #expect(found.first?.problem?.contains("image.json is missing") == true, "\(found)")
                // Without the means to build, the run has to say so instead of using what is there.
                let result = try await sandbox.measureNatively(
                    environment: ["XDG_CACHE_HOME": cache, "PATH": try sandbox.tools(without: "mmdebstrap")]
                )
                #expect(result.status == 2)
                #expect(
                    result.errors.contains("mmdebstrap") && result.errors.contains("make setup"),
                    "\(result.errors)"
                )
                #expect(sandbox.runs.count == 1, "only the run that made the image")
                let pruned = try await Invocation.run(
                    [Machine.benchrun, "image", "rm", "--unused"],
                    in: sandbox,
                    environment: ["XDG_CACHE_HOME": cache]
                )
                #expect(pruned.status == 0 && pruned.output.contains("removed half-built image half"))
                #expect(pruned.output.contains("removed image \(image.key)"))
                #expect(try await list(sandbox, cache: cache).isEmpty)
            }
        }

        @Test func unusableCachesAreNamed() async throws {
            try await Sandbox.within { sandbox in
                let cache = sandbox.directory + "/cache"
                try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
                try Data("not a folder".utf8).write(to: URL(filePath: cache + "/benchrun"))
                let result = try await sandbox.measureNatively(environment: ["XDG_CACHE_HOME": cache])
                #expect(result.status == 2)
                #expect(
                    result.errors.contains("\(cache)/benchrun: is not a directory of this user"),
                    "\(result.errors)"
                )
                #expect(result.errors.contains("XDG_CACHE_HOME"))
                #expect(sandbox.runs.isEmpty)
            }
        }
    }
}
