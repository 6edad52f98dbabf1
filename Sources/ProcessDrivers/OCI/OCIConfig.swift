/// A bundle's `config.json`, as the OCI runtime specification 1.0 has it; only what is used here.
struct OCIConfig: Encodable, Sendable, Equatable {
    struct Process: Encodable, Sendable, Equatable {
        var terminal = false
        var user = User()
        var args: [String]
        var env: [String]
        var cwd = "/"
        var capabilities: Capabilities
        var noNewPrivileges = true
    }

    struct User: Encodable, Sendable, Equatable {
        var uid = 0
        var gid = 0
    }

    struct Capabilities: Encodable, Sendable, Equatable {
        var bounding: [String]
        var effective: [String]
        var permitted: [String]

        init(_ names: [String]) {
            bounding = names
            effective = names
            permitted = names
        }
    }

    struct Root: Encodable, Sendable, Equatable {
        var path: String
        var readonly = true
    }

    struct Mount: Encodable, Sendable, Equatable {
        var destination: String
        var type: String
        var source: String
        var options: [String]?
    }

    struct Namespace: Encodable, Sendable, Equatable {
        var type: String
    }

    struct DeviceRule: Encodable, Sendable, Equatable {
        var allow: Bool
        var access: String
    }

    struct Resources: Encodable, Sendable, Equatable {
        var devices: [DeviceRule]
    }

    struct Linux: Encodable, Sendable, Equatable {
        var cgroupsPath: String
        var resources: Resources
        var namespaces: [Namespace]
        var maskedPaths: [String]
        var readonlyPaths: [String]
    }

    var ociVersion = "1.0.2"
    var process: Process
    var root: Root
    var hostname = "benchrun"
    var mounts: [Mount]
    var linux: Linux
}
