import CLinux
import Glibc

/// What an instance can see of its isolation.
enum Virtualization {
    /// Inode of the first pid namespace, in which a kernel starts.
    private static let firstProcessNamespace: UInt64 = 0xEFFF_FFFC

    /// The kind of isolation between the host and a command here: `none`, an engine, `container` when it does not
    /// say which, or for a guest that the agent started as pid 1 its hypervisor. A native process is `none` also
    /// where the host itself is a guest; that shows in ``hypervisor()``.
    static func kind(_ hints: Facts.Hints) -> String {
        if hints.isGuest { return hypervisor() ?? "guest" }
        if let container = hints.container, !container.isEmpty { return container }
        if Files.exists("/run/.containerenv") { return "podman" }
        if Files.exists("/.dockerenv") { return "docker" }
        var status = stat()
        guard stat("/proc/self/ns/pid", &status) == 0 else { return "none" }
        return UInt64(status.st_ino) == firstProcessNamespace ? "none" : "container"
    }

    /// The hypervisor below this kernel by its own name for itself, or nil when none shows.
    static func hypervisor() -> String? {
        var bytes = [CChar](repeating: 0, count: 13)
        if cl_hypervisor_signature(&bytes) {
            let signature = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let name = String(decoding: signature, as: UTF8.self)
            let known = [
                "KVMKVMKVM": "kvm", "TCGTCGTCGTCG": "tcg", "Microsoft Hv": "hyperv", "VMwareVMware": "vmware",
                "XenVMMXenVMM": "xen", "VBoxVBoxVBox": "virtualbox", "bhyve bhyve ": "bhyve", "ACRNACRNACRN": "acrn",
            ]
            return known[name] ?? (name.isEmpty ? "unknown" : Files.trim(name))
        }
        // Without CPUID (other architectures, or hidden) the firmware's tables may tell.
        let words = ["sys_vendor", "product_name"].compactMap { Files.text("/sys/class/dmi/id/\($0)") }
        for (word, name) in [
            ("QEMU", "qemu"), ("KVM", "kvm"), ("VMware", "vmware"), ("Xen", "xen"), ("Amazon EC2", "kvm"),
        ]
        where words.contains(where: { $0.hasPrefix(word) }) {
            return name
        }
        return Files.exists("/proc/device-tree/hypervisor") ? "unknown" : nil
    }
}
