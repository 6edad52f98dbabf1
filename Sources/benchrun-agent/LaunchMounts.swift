import CLinux
import Glibc

/// The mounts of `launch`, made in a private namespace: they go when its last process does.
struct LaunchMounts {
    private let options: LaunchOptions
    private static let harmless = UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
    private static let devices = ["null", "zero", "full", "random", "urandom", "tty"]
    private static let links = [
        ("/proc/self/fd", "fd"), ("/proc/self/fd/0", "stdin"), ("/proc/self/fd/1", "stdout"),
        ("/proc/self/fd/2", "stderr"), ("pts/ptmx", "ptmx"),
    ]

    init(_ options: LaunchOptions) {
        self.options = options
    }

    /// Makes all mounts and enters the root, if there is one.
    func make() throws(SystemError) {
        try check(cl_unshare_mounts(), "--mount-namespace")
        for directory in options.unmounts {
            let result = umount2(directory, Int32(MNT_DETACH))
            if result != 0 && errno != EINVAL && errno != ENOENT { throw SystemError("--unmount \(directory)") }
        }
        if let root = options.root {
            try check(cl_unshare_host_name(), "--root \(root): host name")
            try check(sethostname("benchrun", 8), "--root \(root): host name")
            try bind(root, onto: root, isReadOnly: true, "--root \(root)")
        }
        // Opened after the bind, so that paths resolve to the mount that becomes the root.
        let base = try check(open(options.root ?? "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), options.root ?? "/")
        defer { close(base) }
        if options.systemMounts { try makeSystemMounts(base) }
        for directory in options.tmpfs {
            try mountBelow(
                base,
                "tmpfs",
                directory,
                UInt(MS_NOSUID | MS_NODEV),
                mode(directory),
                "--tmpfs \(directory)"
            )
        }
        for bind in options.binds {
            let subject = "--bind \(bind.source):\(bind.target)"
            try self.bind(bind.source, below: base, bind.target, isReadOnly: bind.isReadOnly, subject)
        }
        if let root = options.root { try check(cl_enter_root(root), "--root \(root)") }
    }

    private func makeSystemMounts(_ base: Int32) throws(SystemError) {
        try mountBelow(base, "proc", "/proc", Self.harmless, "", "--system-mounts /proc")
        try mountBelow(base, "sysfs", "/sys", Self.harmless | UInt(MS_RDONLY), "", "--system-mounts /sys")
        let subject = "--system-mounts /dev"
        try mountBelow(base, "tmpfs", "/dev", UInt(MS_NOSUID), "mode=755", subject)
        let dev = try check(cl_open_in_root(base, "/dev"), subject)
        defer { close(dev) }
        for name in Self.devices {
            // Bound rather than made: that needs no right to make devices.
            let file = try check(openat(dev, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666), "\(subject)/\(name)")
            close(file)
            try bind("/dev/\(name)", below: base, "/dev/\(name)", isReadOnly: false, "\(subject)/\(name)")
        }
        for (target, name) in Self.links { try check(symlinkat(target, dev, name), "\(subject)/\(name)") }
        for name in ["pts", "shm"] { try check(mkdirat(dev, name, 0o755), "\(subject)/\(name)") }
        let pts = "newinstance,ptmxmode=0666,mode=620"
        try mountBelow(base, "devpts", "/dev/pts", UInt(MS_NOSUID | MS_NOEXEC), pts, "\(subject)/pts")
        try mountBelow(base, "tmpfs", "/dev/shm", UInt(MS_NOSUID | MS_NODEV), "mode=1777", "\(subject)/shm")
    }

    private func mode(_ directory: String) -> String {
        directory.hasSuffix("tmp") ? "mode=1777" : "mode=755"
    }

    private func mountBelow(
        _ base: Int32,
        _ type: String,
        _ target: String,
        _ flags: UInt,
        _ data: String,
        _ subject: String
    ) throws(SystemError) {
        let place = try check(cl_open_in_root(base, target), "\(subject): target")
        defer { close(place) }
        let isDone = mount(type, Self.path(place), type, flags, data) == 0
        // In a container's user namespace a fresh one may be forbidden; its own is the next best. With all that is
        // mounted in it: there the kernel does not let anyone look below a mount.
        if isDone { return }
        guard errno == EPERM, type == "proc" || type == "sysfs" else { throw SystemError(subject) }
        let source = "/\(type == "proc" ? "proc" : "sys")"
        try bind(source, below: base, target, isReadOnly: type == "sysfs", isDeep: true, subject)
    }

    /// Binds at a path that is resolved below the root, whatever symbolic links the root holds.
    private func bind(
        _ source: String,
        below base: Int32,
        _ target: String,
        isReadOnly: Bool,
        isDeep: Bool = false,
        _ subject: String
    ) throws(SystemError) {
        let place = try check(cl_open_in_root(base, target), "\(subject): target")
        defer { close(place) }
        try check(mount(source, Self.path(place), nil, UInt(MS_BIND) | (isDeep ? UInt(MS_REC) : 0), nil), subject)
        guard isReadOnly else { return }
        // Resolved again: the first descriptor is of what the mount now covers.
        let mounted = try check(cl_open_in_root(base, target), subject)
        defer { close(mounted) }
        try makeReadOnly(Self.path(mounted), subject)
    }

    private func bind(_ source: String, onto target: String, isReadOnly: Bool, _ subject: String) throws(SystemError) {
        try check(mount(source, target, nil, UInt(MS_BIND), nil), subject)
        if isReadOnly { try makeReadOnly(target, subject) }
    }

    /// Keeps the flags that the mount has: a remount would drop them, or be refused for that.
    private func makeReadOnly(_ path: String, _ subject: String) throws(SystemError) {
        var status = statvfs()
        try check(statvfs(path, &status), subject)
        // The bits of ST_* and MS_* are the same, but for relatime's.
        let flags = status.f_flag & UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME)
        let relative = status.f_flag & 4096 != 0 ? UInt(MS_RELATIME) : 0
        try check(mount(nil, path, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY) | flags | relative, nil), subject)
    }

    private static func path(_ descriptor: Int32) -> String {
        "/proc/self/fd/\(descriptor)"
    }
}
