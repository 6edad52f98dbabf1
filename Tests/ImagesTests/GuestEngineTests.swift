import BenchrunModel
import Foundation
import Testing

@testable import Images

@Suite struct GuestEngineTests {
    @Test func librariesAreFollowed() {
        let text = """
            docker.io
              PreDepends: init-system-helpers
              Depends: libc6
              Depends: libdevmapper1.02.1
             |Depends: libsystemd0
              Depends: libelogind0
              Depends: <libvirtual>
                libreal
              Depends: adduser
              Depends: libseccomp2:any
            """
        #expect(EnginePackages.libraries(in: text) == ["libc6", "libdevmapper1.02.1", "libsystemd0", "libseccomp2"])
    }

    @Test func theStoreIsDockers() throws {
        let digits = String(repeating: "ab", count: 32)
        let image = ImageForms(digest: "sha256:\(digits)", archive: "/a.tar", directory: "/a")
        let store = EngineData.Store(image: image)
        // Docker refuses a configuration whose name is not its digest, and an image that is not what it says.
        let configuration = try #require(
            try JSONSerialization.jsonObject(with: Data(store.configuration.utf8)) as? [String: Any]
        )
        #expect(configuration["os"] as? String == "linux")
        let root = try #require(configuration["rootfs"] as? [String: Any])
        #expect(root["diff_ids"] as? [String] == ["sha256:\(digits)"])
        let files = store.files(size: 77)
        #expect(
            files["image/overlay2/imagedb/content/sha256/" + SHA256.hexDigest(of: Array(store.configuration.utf8))]
                == store.configuration
        )
        #expect(files["image/overlay2/layerdb/sha256/\(digits)/cache-id"] == store.layer)
        #expect(files["image/overlay2/layerdb/sha256/\(digits)/size"] == "77")
        #expect(store.layer.count == 64 && store.link.count == 26)
        let names = try #require(files["image/overlay2/repositories.json"])
        let repositories = try JSONDecoder().decode([String: [String: [String: String]]].self, from: Data(names.utf8))
        #expect(repositories["Repositories"]?["benchrun"] == [image.tag: "sha256:\(store.identifier)"])
    }

    @Test func treeHoldsLayerAndLink() async throws {
        try await withTemporaryDirectory { folder in
            try write("hello", to: "\(folder)/root/etc/name")
            let image = ImageForms(
                digest: "sha256:" + String(repeating: "0", count: 64),
                archive: "",
                directory: "\(folder)/root"
            )
            let store = EngineData.Store(image: image)
            try await store.write(to: "\(folder)/data")
            let link = "\(folder)/data/overlay2/l/\(store.link)/etc/name"
            #expect(try String(contentsOfFile: link, encoding: .utf8) == "hello")
        }
    }

    @Test func pruningLeavesWhatIsUsed() async throws {
        try await withTemporaryDirectory { cache in
            try write("disk", to: "\(cache)/engines/docker-6.1/engine.qcow2")
            #expect(GuestEngine.obstacle(cache: cache) == nil)
            let use = try GuestEngine.hold("\(cache)/engines")
            #expect(try GuestEngine.prune(cache: cache, before: .distantFuture) == [])
            use.release()
            #expect(try GuestEngine.prune(cache: cache, before: .distantPast) == [])
            #expect(try GuestEngine.prune(cache: cache, before: .distantFuture) == ["guest engine docker-6.1"])
            #expect(try GuestEngine.prune(cache: cache, before: .distantFuture) == [])
        }
    }
}
