import BenchrunModel
import Foundation
import Testing

@testable import LibvirtDriver

@Suite("The guest's scratch disk")
struct LibvirtScratchTests {
    private func format(_ options: String, _ superOptions: String, type: String = "ext4") -> ScratchFormat {
        let line = "27 1 254:0 / / \(options) - \(type) /dev/vda \(superOptions)"
        let mount = MountedFileSystem.containing("/some/where", in: line) ?? .unknown
        return ScratchFormat(like: mount, hasJournal: true)
    }

    @Test func optionsThatMatterAreTaken() {
        let format = format("rw,noatime", "rw,discard,data=writeback,commit=30,resuid=65534,errors=remount-ro,stripe=4")
        #expect(format.options == ["rw", "noatime", "discard", "data=writeback", "commit=30"])
        #expect(format.type == "ext4")
        #expect(format.difference == nil)
        #expect(format.summary == "ext4, rw,noatime,discard,data=writeback,commit=30")
    }

    @Test func optionsAreNeverMoreThanOneWordOfTheKernelLine() {
        let format = format("rw,relatime", "rw,data=a\\040init=/bin/sh,commit=5\\040x")
        #expect(!KernelLine.text(with: format).contains("init="))
    }

    @Test func anotherTypeBecomesExt4AndSaysSo() {
        let format = format("rw,relatime,lazytime", "rw,subvol=/@", type: "btrfs")
        #expect(format.type == "ext4")
        #expect(format.options == ["rw", "relatime", "lazytime"])
        #expect(format.difference == "scratch directories are on btrfs, the guest's scratch disk is ext4")
    }

    @Test func theJournalIsTheHosts() {
        let mount = MountedFileSystem.all("27 1 254:0 / / rw - ext4 /dev/vda rw")[0]
        let with = ScratchFormat(like: mount, hasJournal: true).formatCommand("/d")
        let without = ScratchFormat(like: mount, hasJournal: false)
        #expect(!with.contains("^has_journal"))
        #expect(without.formatCommand("/d").contains("^has_journal"))
        #expect(without.summary.hasPrefix("ext4 without journal"))
        #expect(with.last == "/d")
        #expect(with.contains("lazy_itable_init=0,lazy_journal_init=0,nodiscard"))
    }

    @Test func theDeepestAndLastMountHoldsAPath() {
        let mounts = """
            27 1 254:0 / / rw - ext4 /dev/vda rw
            40 27 254:1 / /mnt/data rw,noatime shared:1 - xfs /dev/vdb rw
            41 27 0:40 / /mnt/my\\040disk rw - tmpfs tmpfs rw
            42 40 254:2 / /mnt/data rw - ext4 /dev/vdc rw
            nonsense
            """
        #expect(MountedFileSystem.containing("/mnt/data/x", in: mounts)?.source == "/dev/vdc")
        #expect(MountedFileSystem.containing("/mnt/data", in: mounts)?.device == "254:2")
        #expect(MountedFileSystem.containing("/mnt/database", in: mounts)?.source == "/dev/vda")
        #expect(MountedFileSystem.containing("/mnt/my disk/a", in: mounts)?.type == "tmpfs")
        #expect(MountedFileSystem.containing("/mnt", in: "nonsense") == nil)
    }

    @Test func everyBlockIsWritten() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("benchrun-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appendingPathComponent("disk").path
        try ScratchDisk.write(path, size: (2 << 20) + 1)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_size == 3 << 20)
        #expect(status.st_blocks * 512 >= 3 << 20)
        #expect(status.st_mode & 0o777 == 0o600)
        // Never over something that is there already.
        #expect(throws: DriverError.self) { try ScratchDisk.write(path, size: 1) }
    }

    @Test func aWriteThatIsBrokenOffLeavesNothing() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("benchrun-\(UUID().uuidString)").path
        var calls = 0
        #expect(throws: CancellationError.self) {
            try ScratchDisk.write(path, size: 4 << 20) {
                calls += 1
                if calls == 3 { throw CancellationError() }
            }
        }
        #expect(calls == 3)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aDirectoryThatIsMissing() {
        let error = #expect(throws: DriverError.self) { try ScratchDisk.write("/nonexistent/disk", size: 1) }
        #expect(error?.description.contains("/nonexistent/disk: No such file or directory") == true)
    }
}

@Suite("The guest's kernel line")
struct LibvirtKernelLineTests {
    @Test func whatTheHostHas() {
        let line = KernelLine(
            scratchOptions: ["rw", "noatime"],
            hostLine: "console=ttyS0 mitigations=auto,no_guest_host quiet",
            transparentHugePages: "madvise"
        )
        let expected =
            "loglevel=6 earlyprintk=ttyS0,115200 console=ttyS0 quiet panic=-1 tsc=reliable no_timer_check "
            + "benchrun.root=/dev/vda benchrun.scratch=/dev/vdb benchrun.scratchopts=rw,noatime benchrun.thp=madvise mitigations=auto"
        #expect(line.text == expected)
    }

    @Test func whatTheHostHasNot() {
        let line = KernelLine(scratchOptions: ["rw"], hostLine: "quiet", transparentHugePages: nil)
        #expect(!line.text.contains("mitigations") && !line.text.contains("thp"))
        #expect(!KernelLine(scratchOptions: [], hostLine: "", transparentHugePages: "x y").text.contains("thp"))
    }

    @Test(arguments: [
        ("mitigations=off", "off"), ("mitigations=auto,nosmt quiet", "auto,nosmt"), ("a mitigations=auto", "auto"),
        ("mitigations=auto mitigations=off", "off"), ("mitigations=auto;attack_vectors", "auto"), ("", nil),
    ])
    func mitigations(line: String, expected: String?) {
        #expect(KernelLine.mitigations(line) == expected)
    }

    @Test func singleMitigationsOfTheHostAreKept() {
        let host = "quiet nospectre_v2 retbleed=off pti=on root=/dev/x mds=\"a -- mitigations=off nopti"
        let line = KernelLine(scratchOptions: ["rw"], hostLine: host, transparentHugePages: nil)
        #expect(line.text.hasSuffix(" nospectre_v2 retbleed=off pti=on"), "\(line.text)")
        #expect(!line.text.contains("mitigations"), "what follows -- is for the host's init")
    }

    @Test func theEnvironmentsArgumentsComeLast() {
        let line = KernelLine(
            scratchOptions: ["rw"],
            hostLine: "mitigations=off",
            transparentHugePages: "madvise",
            arguments: ["mitigations=auto", "transparent_hugepage=never"]
        )
        #expect(line.text.hasSuffix("benchrun.thp=never mitigations=off mitigations=auto transparent_hugepage=never"))
        #expect(!line.text.contains("madvise"))
    }

    @Test func theSelectedMode() {
        #expect(KernelLine.selected("always [madvise] never\n") == "madvise")
        #expect(KernelLine.selected("always madvise") == nil)
        #expect(KernelLine.selected("]x[") == nil)
    }
}

extension KernelLine {
    fileprivate static func text(with format: ScratchFormat) -> String {
        KernelLine(scratchOptions: format.options, hostLine: "", transparentHugePages: nil).text
    }
}
