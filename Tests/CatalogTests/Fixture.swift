import Foundation

@testable import Catalog

/// Where the tests' files and the shipped catalogue are.
enum Fixture {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()

    /// The catalogue that the project ships.
    static let benchmarks = tests.appending(path: "../../benchmarks").standardizedFileURL.path

    /// Drivers and their options as benchrun passes them.
    static let drivers: [String: Set<String>] = [
        "native": ["limits", "network", "system", "user-namespace"],
        "runc": [], "crun": [], "lxc": [], "nspawn": [], "bubblewrap": [],
        "docker": ["seccomp"], "podman": ["seccomp"],
        "libvirt": [
            "accelerator", "machine", "cpu", "cache", "io", "connection", "disk-bus", "emulator-cpus", "network",
            "pages",
            "scratch", "boot", "ready", "ready-limit", "shutdown-limit", "engine",
        ],
        "libvirt-lxc": [],
    ]

    /// The same with all options of the shipped files.
    static let shippedDrivers: [String: Set<String>] = {
        let engine: Set<String> = [
            "seccomp", "runtime", "scratch", "auto-remove", "network", "privileged", "client", "rootless",
        ]
        return drivers.merging(["docker": engine, "podman": engine]) { $1 }
    }()

    /// A file's path.
    static func path(_ name: String) -> String {
        tests.appending(path: "Fixtures/\(name)").path
    }

    /// A file's bytes.
    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(name))))
    }

    /// Loads one workload's text as `compute/sample.yaml`.
    static func load(
        _ text: String,
        kind: CatalogKind = .workload,
        folder: String = "compute"
    ) -> (Catalog, [CatalogProblem]) {
        load(Array(text.utf8), kind: kind, folder: folder)
    }

    /// Loads one file's bytes as `compute/sample.yaml`.
    static func load(
        _ bytes: [UInt8],
        kind: CatalogKind = .workload,
        folder: String = "compute"
    ) -> (Catalog, [CatalogProblem]) {
        let file = SourceFile(kind: kind, path: "sample.yaml", name: "sample", folder: folder, bytes: bytes)
        return Catalog.load([file], drivers: drivers)
    }
}
