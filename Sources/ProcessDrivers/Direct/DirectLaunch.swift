import BenchrunModel
import Foundation
import Host

/// One start of a tool: its files in a folder, its control group, and the launcher around it.
struct DirectLaunch: Sendable {
    let isolation: any Isolation
    let start: IsolationStart
    let folder: String
    let root: String
    let group: ControlGroup
    let groups: DirectGroups
    let limits: Limits
    let setup: DriverSetup

    /// Writes the tool's files and makes its directories.
    func writeFiles() throws {
        let files = FileManager.default
        for name in start.folders + [start.boundRoot].compactMap({ $0 }) {
            try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        for (name, text) in start.files {
            guard files.createFile(atPath: "\(folder)/\(name)", contents: Data(text.utf8)) else {
                throw DriverError(
                    subject: "\(isolation.name)/create",
                    detail: "\(folder)/\(name) cannot be written",
                    nextStep: "free space on its file system"
                )
            }
        }
        for directory in start.covered {
            // The tool would make it, too.
            try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
    }

    /// Makes the control group with its limits.
    func makeGroup() throws {
        guard isolation.makesGroups else { return try group.create(limits: limits) }
        try group.createEverywhere(limits: limits)
        try group.passOnCPUs()
    }

    /// The whole argument array.
    var arguments: [String] {
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        switch isolation.toolPlace {
        case .inInstance:
            launcher.joinFiles = isolation.makesGroups ? group.allJoinFiles : group.joinFiles
            launcher.cpus = limits.cpus
        case .beside:
            launcher.joinFiles = groups.tools.joinFiles
            launcher.cpus = setup.housekeepingCPUs
        }
        // What is mounted for a tool is seen nowhere else and goes with its last process.
        launcher.unmounts = start.hidden
        launcher.tmpfs = start.covered
        if let name = start.boundRoot {
            launcher.binds = [(source: root, target: "\(folder)/\(name)", readOnly: true)]
        }
        return launcher.arguments(for: start.arguments)
    }

    /// The tool's environment: nothing of benchrun's own gets into an instance.
    static let environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
}
