import BenchrunModel
import Foundation

/// The places that instances mount something at, which a root file system must have because it is read-only.
enum RootPlaces {
    static let all = [GuestPath.agent, GuestPath.scratch, "/proc", "/sys", "/dev"] + GuestPath.temporary

    /// Checks that an image has them.
    /// - Throws: `DriverError` that names the first that is missing.
    static func check(_ image: ImageForms, driver: String) throws(DriverError) {
        for path in all where !FileManager.default.fileExists(atPath: image.directory + path) {
            throw DriverError(
                subject: "\(driver)/prepare",
                detail: "the root file system \(image.directory) has no \(path)",
                nextStep: "build it again with 'benchrun image build'"
            )
        }
    }

    /// Makes a root file system with nothing but these: enough to start the agent in.
    static func makeEmptyRoot(at root: String) throws {
        let files = FileManager.default
        // systemd-nspawn takes a tree without /usr for no system.
        for path in all + ["/usr"] where path != GuestPath.agent {
            try files.createDirectory(atPath: root + path, withIntermediateDirectories: true)
        }
        guard files.createFile(atPath: root + GuestPath.agent, contents: nil) else {
            throw DriverError(subject: root, detail: "cannot be written", nextStep: "check its file system")
        }
    }
}
