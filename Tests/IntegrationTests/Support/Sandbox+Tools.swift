import Foundation

extension Sandbox {
    /// A folder with every program of the machine except those whose names begin with a word; for `PATH`.
    func tools(without name: String) throws -> String {
        let manager = FileManager.default
        let folder = directory + "/without-" + name
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for source in ["/usr/sbin", "/usr/bin", "/sbin", "/bin"] {
            for program in try manager.contentsOfDirectory(atPath: source) where !program.hasPrefix(name) {
                let link = "\(folder)/\(program)"
                guard (try? manager.destinationOfSymbolicLink(atPath: link)) == nil else { continue }
                try manager.createSymbolicLink(atPath: link, withDestinationPath: "\(source)/\(program)")
            }
        }
        return folder
    }
}
