import CLinux
import Glibc

/// What pid 1 of a guest does before it answers: the initramfs has mounted the root, /proc, /sys, /dev and tmpfs.
struct Guest {
    /// Where the scratch disk is mounted.
    static let scratch = "/scratch"
    private static let deviceLimit: UInt64 = 30_000_000_000
    /// Before the tag of a directory that the host shares in place of a disk.
    private static let sharedPrefix = "virtiofs:"

    /// Words of the kernel command line that begin with `benchrun.`, without that, by name.
    let settings: [String: String]

    /// Reads the kernel command line.
    init() {
        var settings: [String: String] = [:]
        for word in Files.text("/proc/cmdline")?.split(separator: " ") ?? [] where word.hasPrefix("benchrun.") {
            let parts = word.dropFirst("benchrun.".count).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { settings[String(parts[0])] = String(parts[1]) }
        }
        self.settings = settings
    }

    /// Sets the guest up.
    /// - Returns: control groups for executions, or nil where this kernel has none with memory accounting.
    func setUp() throws(SystemError) -> ExecutionGroups? {
        // Brings the clock of the kernel's log and the agent's together; a phase of the boot rests on it.
        try? Files.write("<6>benchrun: agent: raw \(Clock.now)\n", to: "/dev/kmsg")
        try check(cl_raise_loopback(), "loopback interface")
        try check(sethostname("benchrun", 8), "host name")
        try check(cl_raise_limits(), "limits")
        if let mode = settings["thp"] {
            try Files.write(mode, to: "/sys/kernel/mm/transparent_hugepage/enabled")
        }
        if let device = settings["scratch"] {
            try mountScratch(device, options: settings["scratchopts"] ?? "")
        }
        return try? ExecutionGroups()
    }

    /// Leaves nothing unwritten and stops the machine. Returns only where that is not permitted.
    static func powerOff() {
        sync()
        if umount2(scratch, 0) != 0 { umount2(scratch, Int32(MNT_DETACH)) }
        sync()
        if cl_power_off() != 0 { complain("\(SystemError("power off"))") }
    }

    /// Mounts a disk whose driver may still be looking for it, with whichever file system it holds.
    private func mountScratch(_ device: String, options: String) throws(SystemError) {
        if device.hasPrefix(Self.sharedPrefix) {
            let (flags, rest) = MountOptions.parse(options)
            let tag = String(device.dropFirst(Self.sharedPrefix.count))
            let result = mount(tag, Self.scratch, "virtiofs", flags, rest)
            try check(result, "mounting the host's directory '\(tag)' on \(Self.scratch)")
            return
        }
        let deadline = Clock.after(Self.deviceLimit)
        while !Files.exists(device) {
            guard Clock.now < deadline else { throw SystemError("scratch disk \(device)", detail: "did not appear") }
            usleep(5000)
        }
        let (flags, rest) = MountOptions.parse(options)
        var failure = SystemError("scratch disk \(device)", detail: "no file system here mounts it with '\(options)'")
        let known = Files.lines("/proc/filesystems").filter { !$0.hasPrefix("nodev") }.map { Files.trim($0) }
        // Its driver also takes the disks of those before it, and says so in the type.
        let preferred = known.filter { $0 == "ext4" }
        for type in preferred + known.filter({ !preferred.contains($0) }) {
            if mount(device, Self.scratch, type, flags, rest) == 0 { return }
            // EINVAL: another file system's disk, or an option that the right one refuses.
            let code = errno
            if code != EINVAL {
                failure = SystemError("mounting \(device) as \(type) on \(Self.scratch) with '\(options)'", code: code)
                break
            }
        }
        throw failure
    }
}

/// Mount options as in fstab.
enum MountOptions {
    private static let flags: [Substring: Int] = [
        "ro": MS_RDONLY, "noatime": MS_NOATIME, "nodiratime": MS_NODIRATIME, "relatime": MS_RELATIME,
        "strictatime": MS_STRICTATIME, "nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": MS_NOEXEC,
        "sync": MS_SYNCHRONOUS, "dirsync": MS_DIRSYNC, "lazytime": 1 << 25, "rw": 0, "defaults": 0,
    ]

    /// Options that are flags of mount(2), and the file system's own.
    static func parse(_ text: String) -> (flags: UInt, rest: String) {
        var result: UInt = 0
        var rest: [Substring] = []
        for option in text.split(separator: ",") {
            if let flag = flags[option] { result |= UInt(flag) } else { rest.append(option) }
        }
        return (result, rest.joined(separator: ","))
    }
}
