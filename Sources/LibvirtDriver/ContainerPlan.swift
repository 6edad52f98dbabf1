import BenchrunModel
import Foundation
import Host
import XMLCoder

/// Everything that decides what a container of libvirt's is, as plain values.
struct ContainerPlan: Sendable, Equatable {
    /// The name, unique on the host.
    var name: String
    /// The run it belongs to; written into the definition.
    var run: String
    /// CPUs, quota and memory.
    var limits: Limits
    /// Whether the host accounts for swap, so that it can be refused.
    var limitsSwap: Bool
    /// The root file system, in which libvirt may make directories.
    var root: String
    /// The agent on this host.
    var agent: String
    /// The scratch directory on this host.
    var scratch: String
    /// Most that a file system in memory may hold, as that of a native instance: half of the host's memory.
    var memoryFileSystem: Int

    /// The descriptor that libvirt passes to a container's first program: the first after the standard ones.
    static let channel = 3

    /// The definition, as XML.
    /// - Throws: ``DriverError`` when a path cannot be written in XML.
    func xml() throws(DriverError) -> String {
        for path in [name, root, agent, scratch] {
            // XML cannot hold some of these and changes others on the way.
            guard path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0.value < 0xFFFE }) else {
                throw DriverError(
                    subject: "libvirt-lxc/create",
                    detail: "a path has control characters: \(path.debugDescription)",
                    nextStep: "use a directory without them"
                )
            }
        }
        let encoder = XMLEncoder()
        encoder.outputFormatting = .prettyPrinted
        encoder.prettyPrintIndentation = .spaces(2)
        do {
            return String(decoding: try encoder.encode(document, withRootKey: "domain"), as: UTF8.self)
        } catch {
            throw DriverError(
                subject: "libvirt-lxc/create",
                detail: "the container cannot be written as XML: \(error)"
            )
        }
    }

    private var document: ContainerDocument {
        ContainerDocument(
            name: name,
            description: DomainPlan.description(of: run),
            memory: .init(unit: "b", value: limits.memory),
            memtune: limitsSwap ? .init(swapHardLimit: .init(unit: "b", value: limits.memory)) : nil,
            vcpu: .init(
                cpuset: limits.cpus.isEmpty ? nil : Limits.list(limits.cpus),
                count: max(limits.cpus.count, 1)
            ),
            // One quota for all of it.
            cputune: ControlGroup.quota(of: limits).map {
                .init(vcpupin: [], period: $0.period, quota: $0.quota)
            },
            os: .init(init: GuestPath.agent, initarg: ["serve", "--descriptor", "\(Self.channel)"]),
            devices: .init(filesystem: fileSystems)
        )
    }

    private var fileSystems: [ContainerDocument.FileSystem] {
        let size = memoryFileSystem >> 20
        return [.host(root, at: "/", isReadOnly: true)]
            + (GuestPath.temporary + ["/dev/shm"]).map { .memory(at: $0, mebibytes: size) }
            + [
                .host(agent, at: GuestPath.agent, isReadOnly: true),
                .host(scratch, at: GuestPath.scratch, isReadOnly: false),
            ]
    }
}
