import Foundation
import Glibc
import Host
import Testing

@testable import Images

@Suite("Layers on top of one another")
struct LayerMergeTests {
    private func paths(_ tree: String) throws -> [String] {
        var found: [String] = []
        try DirectoryTree.visit(tree) { found.append($0.path) }
        return found.sorted()
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test("Files are replaced, removed and added; directories are joined")
    func joined() async throws {
        try await withTemporaryDirectory { directory in
            let (tree, layer) = ("\(directory)/tree", "\(directory)/layer")
            for file in ["etc/kept", "etc/changed", "etc/gone", "var/cache/a", "var/cache/sub/b"] {
                try write("old", to: "\(tree)/\(file)")
            }
            try write("new", to: "\(layer)/etc/changed")
            try write("", to: "\(layer)/etc/.wh.gone")
            try write("", to: "\(layer)/etc/.wh.never-there")
            try write("", to: "\(layer)/var/.wh.cache")
            try write("new", to: "\(layer)/opt/deep/file")
            try write("", to: "\(layer)/opt/deep/.wh.old")
            chmod("\(layer)/etc", 0o700)
            let time = timespec(tv_sec: 1000, tv_nsec: 0)
            for path in [layer, "\(layer)/etc", "\(layer)/opt/deep"] { utimensat(AT_FDCWD, path, [time, time], 0) }
            try LayerMerge.apply(layer, onto: tree)
            #expect(
                try paths(tree) == ["etc", "etc/changed", "etc/kept", "opt", "opt/deep", "opt/deep/file", "var"]
            )
            #expect(try String(contentsOfFile: "\(tree)/etc/changed", encoding: .utf8) == "new")
            #expect(mode("\(tree)/etc") == 0o700)
            // As the layer says, and not when it was put in its place.
            for path in [tree, "\(tree)/etc", "\(tree)/opt/deep"] { #expect(FileBytes.modified(path) == 1000) }
        }
    }

    @Test("A thing that is removed and added again in one layer is there, without what it held")
    func replaced() async throws {
        try await withTemporaryDirectory { directory in
            let (tree, layer) = ("\(directory)/tree", "\(directory)/layer")
            try write("old", to: "\(tree)/-a/old")
            try write("old", to: "\(tree)/file-to-be-directory")
            try write("old", to: "\(tree)/directory-to-be-file/x/y")
            try write("", to: "\(layer)/.wh.-a")
            try write("new", to: "\(layer)/-a/new")
            try write("new", to: "\(layer)/file-to-be-directory/new")
            try write("new", to: "\(layer)/directory-to-be-file")
            try LayerMerge.apply(layer, onto: tree)
            #expect(
                try paths(tree) == [
                    "-a", "-a/new", "directory-to-be-file", "file-to-be-directory", "file-to-be-directory/new",
                ]
            )
        }
    }

    @Test("An opaque directory hides what is below it and keeps what the layer has")
    func opaque() async throws {
        try await withTemporaryDirectory { directory in
            let (tree, layer) = ("\(directory)/tree", "\(directory)/layer")
            try write("old", to: "\(tree)/data/old/deep")
            try write("old", to: "\(tree)/data/both")
            try write("", to: "\(layer)/data/.wh..wh..opq")
            try write("new", to: "\(layer)/data/both")
            try write("", to: "\(layer)/.wh..wh.plnk")
            try LayerMerge.apply(layer, onto: tree)
            #expect(try paths(tree) == ["data", "data/both"])
            #expect(try String(contentsOfFile: "\(tree)/data/both", encoding: .utf8) == "new")
        }
    }

    @Test("Links of a lower layer are replaced and never followed")
    func links() async throws {
        try await withTemporaryDirectory { directory in
            let (tree, layer, outside) = ("\(directory)/tree", "\(directory)/layer", "\(directory)/outside")
            try write("untouched", to: "\(outside)/file")
            try FileBytes.makeDirectories(tree)
            symlink(outside, "\(tree)/absolute")
            symlink("../outside", "\(tree)/relative")
            for link in ["absolute", "relative"] {
                try write("new", to: "\(layer)/\(link)/file")
                try write("", to: "\(layer)/\(link)/.wh.gone")
            }
            try LayerMerge.apply(layer, onto: tree)
            #expect(try paths(outside) == ["file"])
            #expect(try String(contentsOfFile: "\(outside)/file", encoding: .utf8) == "untouched")
            #expect(try paths(tree) == ["absolute", "absolute/file", "relative", "relative/file"])
            let second = "\(directory)/second"
            symlink(outside, "\(tree)/again")
            try write("", to: "\(second)/.wh.again")
            try LayerMerge.apply(second, onto: tree)
            #expect(try paths(outside) == ["file"] && !paths(tree).contains("again"))
        }
    }

    @Test("A mark that would remove the directory above is refused", arguments: [".wh...", ".wh..", ".wh."])
    func traversal(_ mark: String) async throws {
        try await withTemporaryDirectory { directory in
            let (tree, layer) = ("\(directory)/tree", "\(directory)/layer")
            try write("kept", to: "\(tree)/a/kept")
            try write("", to: "\(layer)/a/\(mark)")
            #expect(throws: HostError.self) { try LayerMerge.apply(layer, onto: tree) }
            #expect(try paths(tree).contains("a/kept"))
            try DirectoryTree.remove("\(tree)/a")
            // Also where the directory is moved as a whole.
            #expect(throws: HostError.self) { try LayerMerge.apply(layer, onto: tree) }
        }
    }
}
