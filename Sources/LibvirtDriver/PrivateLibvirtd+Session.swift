#if Libvirt
import Foundation
import Glibc

/// A libvirtd as an ordinary user has it. It finds everything below directories that the environment names, and starts
/// its guests in its own control group.
///
/// libvirt decides by its user number whether it is a session's. Root has one in a user namespace in which root is
/// called nobody: there it has no capabilities, makes no control groups and changes no owners, as an ordinary user's,
/// and can still read root's image.
extension PrivateLibvirtd {
    /// A user and a group that every host has a record of, which libvirt asks for.
    private static let nobody = "65534"

    /// Where root's finds its directory, in a mount namespace of its own: libvirt puts sockets deep below it, whose
    /// paths would else be too long.
    static let sessionHome = "/run/libvirt"

    /// Why an ordinary user's sockets would have too long a path; nil where they fit.
    var sessionObstacle: String? {
        // With a number for each guest, and the first twenty letters of its name.
        let longest = "\(directory)/etc/libvirt/qemu/lib/domain-1234-benchrun-20001122-33/monitor.sock"
        return longest.utf8.count < 108 ? nil : "below \(directory) sockets of guests have too long a path"
    }

    /// Program and arguments.
    func sessionCommand(_ executable: String, isRoot: Bool = geteuid() == 0) -> [String] {
        let home = isRoot ? Self.sessionHome : directory
        let variables = [
            "HOME=\(home)", "XDG_RUNTIME_DIR=\(home)/run", "XDG_CONFIG_HOME=\(home)/etc",
            "XDG_DATA_HOME=\(home)/lib", "XDG_CACHE_HOME=\(cacheDirectory)",
            "DBUS_SYSTEM_BUS_ADDRESS=unix:path=\(home)/none", "DBUS_SESSION_BUS_ADDRESS=unix:path=\(home)/none",
        ]
        let namespace = ["unshare", "--user", "--map-user=\(Self.nobody)", "--map-group=\(Self.nobody)", "--"]
        return ["env"] + variables + (isRoot ? namespace : [])
            + [executable, "--config", "\(home)/etc/libvirt/libvirtd.conf", "--pid-file", "\(home)/pid"]
    }

    /// Makes its directories and configuration.
    func prepareSessionDirectories() throws {
        var paths = ["\(directory)/run/libvirt", "\(directory)/etc/libvirt", "\(directory)/lib", cacheDirectory]
        // A mount point, which stays behind, empty.
        if geteuid() == 0 { paths.append(Self.sessionHome) }
        for path in paths {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        for (name, text) in [("libvirtd", Self.daemonConfiguration), ("qemu", Self.sessionEmulatorConfiguration)] {
            try text.write(toFile: "\(directory)/etc/libvirt/\(name).conf", atomically: false, encoding: .utf8)
        }
    }

    /// - stdio_handler: no virtlogd is needed.
    /// - security_driver: a profile of AppArmor or SELinux would be another difference.
    private static let sessionEmulatorConfiguration = """
        stdio_handler = "file"
        security_driver = "none"

        """
}
#endif
