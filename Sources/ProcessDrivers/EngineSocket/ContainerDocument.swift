import BenchrunModel
import Foundation
import Host

extension ContainerRequest {
    /// The request as the body of docker's `/containers/create`: what ``arguments(in:)`` asks for, in the API's words.
    func document() throws -> Data {
        let command = self.command
        var document: [String: Any] = [
            "Image": EngineDialect.docker.imagePrefix + tag, "Hostname": "benchrun", "User": "0:0",
            "Entrypoint": [command[0]], "Cmd": Array(command.dropFirst()),
            "Labels": [
                EngineLabel.run: run.text, EngineLabel.instance: name, EngineLabel.scratch: scratch,
            ],
            "Tty": false,
        ]
        for stream in ["AttachStdin", "AttachStdout", "AttachStderr", "OpenStdin", "StdinOnce"] {
            document[stream] = true
        }
        document["HostConfig"] = host
        return try JSONSerialization.data(withJSONObject: document, options: [.sortedKeys, .withoutEscapingSlashes])
    }

    private var host: [String: Any] {
        var host: [String: Any] = [
            "CgroupParent": cgroupParent, "Binds": binds, "ReadonlyRootfs": isRootReadOnly,
            "NetworkMode": options.network.rawValue, "LogConfig": ["Type": "none"], "Init": false, "PidsLimit": -1,
            "ShmSize": InstanceMounts.sharedMemory(limits), "AutoRemove": options.autoRemove == .yes,
            "Privileged": options.privileged == .yes,
            "Tmpfs": Dictionary(
                uniqueKeysWithValues: GuestPath.temporary.map {
                    ($0, (InstanceMounts.tmpfs(at: $0) + EngineDialect.docker.tmpfs).joined(separator: ","))
                }
            ),
            "Ulimits": resources.values.map { value -> [String: Any] in
                ["Name": value.name, "Soft": Self.limit(value.soft), "Hard": Self.limit(value.hard)]
            },
        ]
        if !limits.cpus.isEmpty { host["CpusetCpus"] = Limits.list(limits.cpus) }
        if let (quota, period) = ControlGroup.quota(of: limits) {
            host["CpuPeriod"] = period
            host["CpuQuota"] = quota
        }
        if limits.memory > 0 {
            host["Memory"] = limits.memory
            host["MemorySwap"] = limits.memory
        }
        if options.scratch == .engineVolume { host["Mounts"] = [["Type": "volume", "Target": GuestPath.scratch]] }
        if options.seccomp == .unconfined { host["SecurityOpt"] = ["seccomp=unconfined"] }
        if let runtime { host["Runtime"] = runtime }
        return host
    }

    /// -1 is unlimited.
    private static func limit(_ value: UInt64?) -> Int64 {
        value.map { Int64(clamping: $0) } ?? -1
    }
}
