/// The smallest guest that shows whether an accelerator executes 64-bit code at the speed of a processor: a boot
/// sector. It needs no kernel and no disk image.
///
/// It enters long mode, counts down from 100 million, which takes a processor 0.1 s and an instruction emulator
/// minutes, and then ends qemu through its `isa-debug-exit` device. That is needed: there are hosts on which KVM
/// starts a guest but emulates each of its instructions in software, so that a kernel never gets to its first line.
enum ProbeGuest {
    /// qemu's exit status when the guest has answered: twice the byte it wrote, plus one.
    static let answer: Int32 = 0x2A << 1 | 1

    /// Size of the disk; firmware does not boot from one of a single sector.
    static let diskSize = 1 << 20

    /// The machine code, loaded at 0x7C00 by the firmware.
    static let code: [UInt8] = [
        0xFA,  // cli
        0x31, 0xC0,  // xor ax, ax
        0x8E, 0xD8, 0x8E, 0xC0, 0x8E, 0xD0,  // mov ds, ax; mov es, ax; mov ss, ax
        0xBC, 0x00, 0x7C,  // mov sp, 0x7C00
        // Three page tables at 0x1000, 0x2000 and 0x3000, which map the first 2 MiB to themselves.
        0xBF, 0x00, 0x10, 0xB9, 0x00, 0x18, 0xFC, 0xF3, 0xAB,  // mov di, 0x1000; mov cx, 0x1800; cld; rep stosw
        0xC7, 0x06, 0x00, 0x10, 0x03, 0x20,  // mov word [0x1000], 0x2003
        0xC7, 0x06, 0x00, 0x20, 0x03, 0x30,  // mov word [0x2000], 0x3003
        0xC7, 0x06, 0x00, 0x30, 0x83, 0x00,  // mov word [0x3000], 0x0083
        0x0F, 0x01, 0x16, 0x80, 0x7C,  // lgdt [0x7C80]
        0x66, 0xB8, 0x20, 0x00, 0x00, 0x00, 0x0F, 0x22, 0xE0,  // mov eax, PAE; mov cr4, eax
        0x66, 0xB8, 0x00, 0x10, 0x00, 0x00, 0x0F, 0x22, 0xD8,  // mov eax, 0x1000; mov cr3, eax
        0x66, 0xB9, 0x80, 0x00, 0x00, 0xC0, 0x0F, 0x32,  // mov ecx, EFER; rdmsr
        0x0D, 0x00, 0x01, 0x0F, 0x30,  // or ax, LME; wrmsr
        0x0F, 0x20, 0xC0, 0x66, 0x0D, 0x01, 0x00, 0x00, 0x80,  // mov eax, cr0; or eax, PG | PE
        0x0F, 0x22, 0xC0,  // mov cr0, eax
        0xEA, 0x5C, 0x7C, 0x08, 0x00,  // jmp 8:0x7C5C
        // 0x7C5C, 64-bit code.
        0xB9, 0x00, 0xE1, 0xF5, 0x05,  // mov ecx, 100000000
        0xFF, 0xC9, 0x75, 0xFC,  // dec ecx; jnz -4
        0xBA, 0xF4, 0x00, 0x00, 0x00, 0xB0, 0x2A, 0xEE,  // mov edx, 0xF4; mov al, 0x2A; out dx, al
        0xF4, 0xEB, 0xFD,  // hlt; jmp -3
    ]

    /// The descriptor table at 0x7C70, an empty entry and 64-bit code, and at 0x7C80 its limit and address.
    private static let descriptors: [UInt8] = [
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x9A, 0x20, 0x00,
        0x0F, 0x00, 0x70, 0x7C, 0x00, 0x00,
    ]

    /// The disk.
    static var disk: [UInt8] {
        var disk = [UInt8](repeating: 0, count: diskSize)
        disk.replaceSubrange(0..<code.count, with: code)
        disk.replaceSubrange(0x70..<0x70 + descriptors.count, with: descriptors)
        disk[510] = 0x55
        disk[511] = 0xAA
        return disk
    }

    /// qemu's arguments.
    /// - Parameters:
    ///   - cpu: in libvirt's words.
    ///   - accelerator: `kvm`; `tcg` to test the guest itself.
    static func command(emulator: String, machine: String, cpu: String, disk: String, accelerator: String) -> [String] {
        [
            emulator, "-accel", accelerator, "-machine", machine, "-cpu", model(of: cpu), "-m", "16", "-nodefaults",
            "-no-user-config", "-display", "none", "-no-reboot", "-drive",
            "file=\(disk.replacing(",", with: ",,")),format=raw,if=virtio,readonly=on",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=1",
        ]
    }

    /// What qemu calls a CPU of libvirt's.
    static func model(of cpu: String) -> String {
        switch cpu {
        case "host-passthrough", "host-model": "host"
        case "maximum": "max"
        default: cpu
        }
    }
}
