/// The names under which an instance attests what it got. A fact that cannot be read is absent, never empty.
public enum FactKey {
    /// Online CPUs that the agent may use, as a list such as `1` or `0-1`.
    public static let cpus = "cpus"
    /// CPU quota in hundredths of a CPU (`100` is one whole CPU), or `none`.
    public static let cpuQuota = "cpu.quota"
    /// CPU model name.
    public static let cpuModel = "cpu.model"
    /// CPU flags, sorted, separated by spaces.
    public static let cpuFlags = "cpu.flags"
    /// Memory limit in bytes: of the control group, or the guest's total.
    public static let memoryLimit = "memory.limit"
    /// Kernel release.
    public static let kernel = "kernel.release"
    /// Kernel command line; redacted when exported.
    public static let kernelCommandLine = "kernel.cmdline"
    /// Boot id.
    public static let bootID = "kernel.boot-id"
    /// `none`, `docker`, `podman`, `kvm`, `tcg`, ... : what the instance can see of its isolation.
    public static let virtualization = "virtualization"
    /// Current clock source.
    public static let clockSource = "clock.source"
    /// Median cost of one CLOCK_MONOTONIC_RAW read, in nanoseconds.
    public static let clockCost = "clock.cost-ns"
    /// File system type of /scratch.
    public static let scratchType = "scratch.type"
    /// Mount options of /scratch, as /proc/self/mountinfo gives them.
    public static let scratchOptions = "scratch.options"
    /// File system type of /.
    public static let rootType = "root.type"
    /// Mount options of /.
    public static let rootOptions = "root.options"
    /// Seccomp mode of a command: `disabled`, `strict` or `filter`.
    public static let seccomp = "seccomp"
    /// Effective capabilities, as hexadecimal.
    public static let capabilities = "capabilities"
    /// Whether io_uring_setup is permitted: `yes`, or the error's name.
    public static let ioUring = "io_uring"
    /// Transparent huge pages: the selected mode.
    public static let transparentHugePages = "thp"
    /// CPU mitigations, as `name=state` separated by `;`.
    public static let mitigations = "mitigations"
    /// Speculation controls of a command, from /proc/self/status.
    public static let speculation = "speculation"
    /// File mode creation mask a command gets, octal.
    public static let umask = "umask"
    /// CPU frequency governor, or absent where it cannot be read.
    public static let governor = "cpu.governor"
    /// Size of the last-level cache in bytes.
    public static let lastLevelCache = "cpu.llc"
    /// The hypervisor below the instance's kernel, by CPUID or firmware: `kvm`, `tcg`, ...; absent where none shows.
    /// A native process on a host that is a guest itself has it too, and is `none` in ``virtualization``.
    public static let hypervisor = "hypervisor"
    /// Address space randomization, as /proc/sys/kernel/randomize_va_space has it.
    public static let addressRandomization = "aslr"
    /// Open files a command may have (the soft limit).
    public static let openFiles = "limit.nofile"
    /// NUMA nodes that an instance's memory may come from, as a list such as `0` or `0-1`.
    public static let memoryNodes = "memory.nodes"
    /// SHA-256 of the list of installed packages (`/var/lib/dpkg/status`), which names the versions of all tools.
    public static let packageList = "image.packages"
    /// How the host is to cache an instance's disk, as its driver asks for it: `none`, `writeback`, ...; absent where
    /// there is no disk of its own.
    public static let diskCache = "disk.cache"
    /// Whether the disk's file is open past the host's page cache: `yes` or `no`, read from outside.
    public static let diskDirect = "disk.direct"
    /// CPUs that an emulator's own threads may use, those of its virtual CPUs left out; read from outside.
    public static let emulatorCPUs = "emulator.cpus"
    /// SMT siblings of the host's CPUs: lists such as `0,2`, one a core, separated by `;`.
    public static let siblings = "cpu.siblings"
    /// CPUs of the host's NUMA nodes, as `0=0-3;1=4-7`.
    public static let nodeCPUs = "numa.cpus"

    /// The facts in which instances are compared with native's, and which an environment's file may declare to differ.
    public static let compared = [
        cpus, cpuQuota, memoryLimit, memoryNodes, cpuModel, cpuFlags, kernel, mitigations, speculation, seccomp,
        capabilities, transparentHugePages, addressRandomization, clockSource, clockCost, ioUring, scratchType,
        scratchOptions, packageList, lastLevelCache, governor, openFiles, umask,
    ]
}
