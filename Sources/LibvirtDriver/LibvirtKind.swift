import Foundation

/// Which of libvirt's drivers a connection leads to, and as whom that acts.
enum LibvirtKind: String, Sendable, CaseIterable {
    /// Virtual machines, made by root.
    case system
    /// Virtual machines, made by an ordinary user: without control groups, and with that user's rights.
    case session
    /// Containers, made by root.
    case containers

    /// libvirt's address of the driver.
    private var base: String {
        switch self {
        case .system: "qemu:///system"
        case .session: "qemu:///session"
        case .containers: "lxc:///system"
        }
    }

    /// Where the host's own daemon answers; nil where each run has one: a session's would be started by libvirt and
    /// outlive the run.
    var systemAddress: String? { self == .session ? nil : base }

    /// The address behind a socket.
    func address(socket: String) -> String {
        let allowed = CharacterSet(charactersIn: "/-._~").union(.alphanumerics)
        return "\(base)?socket=" + (socket.addingPercentEncoding(withAllowedCharacters: allowed) ?? socket)
    }

    /// Name of a private daemon's directory, and of the control group of its guests. That of containers must not begin
    /// with `libvirt`: there libvirt cuts the path off when it looks for a container's group.
    var name: String {
        switch self {
        case .system: "libvirt"
        case .session: "libvirt-session"
        case .containers: "virt-lxc"
        }
    }

    /// Name of a private daemon and of its control group below the run's.
    var daemon: String {
        switch self {
        case .system: "libvirtd"
        case .session: "libvirtd-session"
        case .containers: "libvirtd-lxc"
        }
    }

    /// The part of libvirt's directories that is about its guests.
    var part: String { self == .containers ? "lxc" : "qemu" }

    /// Why libvirt cannot have this driver here; nil where it can.
    /// - Parameter directories: where libvirt may have its drivers.
    func obstacle(in directories: [String] = LibvirtKind.driverDirectories) -> (reason: String, nextStep: String)? {
        guard self == .containers else { return nil }
        let places = directories.filter { FileManager.default.fileExists(atPath: $0) }
        // Without any directory of drivers they may all be built in.
        guard !places.isEmpty else { return nil }
        let isThere = places.contains { FileManager.default.fileExists(atPath: $0 + "/libvirt_driver_lxc.so") }
        return isThere
            ? nil : ("libvirt's driver for containers is not installed", "install libvirt-daemon-driver-lxc")
    }

    private static let driverDirectories = [
        "/usr/lib/x86_64-linux-gnu/libvirt/connection-driver", "/usr/lib/aarch64-linux-gnu/libvirt/connection-driver",
        "/usr/lib64/libvirt/connection-driver", "/usr/lib/libvirt/connection-driver",
    ]
}
