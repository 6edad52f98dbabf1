#if Libvirt
internal import CLibvirt
internal import Glibc

/// A version as libvirt counts them: 1,000,000 x major + 1,000 x minor + release.
public struct Version: Sendable, Equatable, Comparable, CustomStringConvertible {
    /// Major, minor and release number.
    public var major: Int, minor: Int, release: Int

    /// Takes a packed version apart.
    public init(packed: UInt) {
        major = Int(packed / 1_000_000)
        minor = Int(packed / 1_000 % 1_000)
        release = Int(packed % 1_000)
    }

    /// `9.0.0`
    public var description: String { "\(major).\(minor).\(release)" }

    /// Orders by major, minor, release.
    public static func < (left: Version, right: Version) -> Bool {
        (left.major, left.minor, left.release) < (right.major, right.minor, right.release)
    }
}

extension Connection {
    /// The version of the libvirt that serves this connection.
    public func libraryVersion() throws(LibvirtError) -> Version {
        try call("ask for its version") { connection in
            var packed: UInt = 0
            return virConnectGetLibVersion(connection, &packed) == 0 ? Version(packed: packed) : nil
        }
    }

    /// The version of the hypervisor behind the connection.
    public func hypervisorVersion() throws(LibvirtError) -> Version {
        try call("ask for the hypervisor's version") { connection in
            var packed: UInt = 0
            return virConnectGetVersion(connection, &packed) == 0 ? Version(packed: packed) : nil
        }
    }

    /// The host's capabilities, as libvirt's XML.
    public func capabilities() throws(LibvirtError) -> String {
        try call("ask for capabilities") { Self.takeString(virConnectGetCapabilities($0)) }
    }

    /// What domains of a type can have, as libvirt's XML.
    /// - Parameters:
    ///   - emulator: path of the emulator; nil takes libvirt's choice.
    ///   - machine: machine type; nil takes the emulator's default.
    ///   - type: `kvm` or `qemu`.
    public func domainCapabilities(
        emulator: String? = nil,
        machine: String? = nil,
        type: String? = nil
    ) throws(LibvirtError) -> String {
        try call("ask for domain capabilities") {
            Self.takeString(virConnectGetDomainCapabilities($0, emulator, nil, machine, type, 0))
        }
    }

    /// A string that libvirt allocated and we free.
    static func takeString(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
        guard let pointer else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
#endif
