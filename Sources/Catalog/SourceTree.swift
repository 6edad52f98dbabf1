import BenchrunModel
import Foundation

/// Finds and reads the files of a catalogue's directory.
struct SourceTree {
    /// What could be read, sorted by path.
    private(set) var files: [SourceFile] = []
    /// What could not.
    private(set) var problems: [CatalogProblem] = []
    /// Names of files that could not be read.
    private(set) var unreadable: Set<CatalogKey> = []

    /// Reads all files below a directory.
    init(directory: String) {
        let root = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        guard Self.isDirectory(root) else {
            problems.append(
                CatalogProblem(
                    file: root,
                    message: "there is no such directory; run benchrun in the folder that holds 'benchmarks'"
                )
            )
            return
        }
        for kind in CatalogKind.allCases {
            let folder = "\(root)/\(kind.folder)"
            for entry in list(folder) {
                let path = "\(folder)/\(entry)"
                if kind == .workload, Self.isDirectory(path) {
                    readClass(entry, at: path)
                } else if kind == .workload, entry.hasSuffix(".yaml") {
                    report(path, "a workload is in a folder named after its class; move it to '\(folder)/CLASS/'")
                    unreadable.insert(CatalogKey(kind: kind, name: String(entry.dropLast(5))))
                } else {
                    read(entry, kind: kind, in: folder, folder: kind.folder)
                }
            }
        }
    }

    private mutating func readClass(_ name: String, at path: String) {
        let entries = list(path)
        let classes = Workload.Class.allCases.map(\.rawValue)
        if !classes.contains(name), entries.contains(where: { $0.hasSuffix(".yaml") }) {
            let question = Names.question(Names.near(name, in: classes)).map { "; \($0)" } ?? ""
            report(
                path,
                "expected a class's name (\(classes.joined(separator: ", "))), found '\(Excerpt.of(name))'\(question)"
            )
        }
        for entry in entries {
            read(entry, kind: .workload, in: path, folder: name)
        }
    }

    private mutating func read(_ entry: String, kind: CatalogKind, in directory: String, folder: String) {
        let path = "\(directory)/\(entry)"
        if entry.hasSuffix(".yml"), !entry.hasPrefix(".") {
            report(path, "expected a name that ends in '.yaml'; rename it to '\(entry.dropLast(4)).yaml'")
        }
        guard entry.hasSuffix(".yaml"), !entry.hasPrefix(".") else { return }
        let name = String(entry.dropLast(5))
        guard Names.isSafe(name) else {
            report(path, "the file's name is the \(kind.rawValue)'s name; rename it: \(Names.rule)")
            return
        }
        do throws(SourceFile.Unreadable) {
            let bytes = try SourceFile.read(path)
            files.append(SourceFile(kind: kind, path: path, name: name, folder: folder, bytes: bytes))
        } catch {
            report(path, error.message)
            unreadable.insert(CatalogKey(kind: kind, name: name))
        }
    }

    private mutating func report(_ path: String, _ message: String) {
        problems.append(CatalogProblem(file: path, message: message))
    }

    /// The names in a directory, sorted; none where it is missing.
    private mutating func list(_ path: String) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            report(path, "the folder cannot be read; correct its permissions")
            return []
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
