import BenchrunModel
import Foundation
import Host
import Results
import Testing

extension IntegrationTests {
    /// A disk that boots by itself: the suite's own root with a boot loader, the guest kernel and an init of its own, as
    /// an OVA, imported and started as it is.
    @Suite struct ApplianceTests {
        private static let ready = "appliance is up"
        private static let mebibytes = 768
        private static let grub = "/usr/lib/grub/i386-pc"

        /// What the appliance's init does: it says that it is up, and stays.
        private static let system = """
            #!/bin/sh
            mount -t proc proc /proc
            echo "$(uname -s): \(ready) after $(cut -d ' ' -f 1 /proc/uptime) s"
            exec sleep 100000

            """

        /// From the guest's initramfs, with benchrun's modules, to the appliance's own init.
        private static let first = """
            #!/bin/busybox sh
            B=/bin/busybox
            $B mount -t proc proc /proc
            $B mount -t devtmpfs devtmpfs /dev
            for module in /modules/*.ko; do $B insmod "$module"; done
            tries=0
            while [ ! -b /dev/vda1 ] && [ $tries -lt 500 ]; do tries=$((tries + 1)); $B usleep 20000; done
            $B mount -t ext4 -o ro /dev/vda1 /newroot || echo "appliance: no root"
            $B umount /proc
            $B mount --move /dev /newroot/dev
            exec $B switch_root -c /dev/console /newroot /sbin/appliance

            """

        /// What the boot loader does: no menu, no timeout.
        private static let loader = """
            linux (hd0,msdos1)/boot/vmlinuz console=ttyS0 quiet panic=-1 tsc=reliable
            initrd (hd0,msdos1)/boot/initrd
            boot

            """

        private func write(_ text: String, to path: String, executable: Bool = false) throws {
            try Data(text.utf8).write(to: URL(filePath: path))
            if executable {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            }
        }

        /// The suite's tree with a kernel, an initramfs and an init; its files are those of the cache, by hard links.
        private func tree(in sandbox: Sandbox) async throws -> String {
            let image = try await sandbox.smokeImage()
            let tree = sandbox.directory + "/tree"
            let manager = FileManager.default
            do {
                try await HostCommand(["cp", "--archive", "--link", image.tree, tree]).check()
            } catch {
                // The cache may lie on another file system.
                try? manager.removeItem(atPath: tree)
                try await HostCommand(["cp", "--archive", image.tree, tree], timeLimit: .seconds(120)).check()
            }
            try manager.createDirectory(atPath: tree + "/boot", withIntermediateDirectories: true)
            try manager.copyItem(atPath: try #require(image.kernel), toPath: tree + "/boot/vmlinuz")
            try write(Self.system, to: tree + "/usr/sbin/appliance", executable: true)
            // Of two archives one after the other the kernel unpacks both; what comes later wins.
            let draft = sandbox.directory + "/initrd"
            try manager.createDirectory(atPath: draft, withIntermediateDirectories: true)
            try write(Self.first, to: draft + "/init", executable: true)
            let own = sandbox.directory + "/own.cpio"
            try await HostCommand(
                ["cpio", "--create", "--quiet", "--format=newc", "--owner=0:0", "--file=\(own)"],
                directory: draft,
                input: Array("init\n".utf8)
            ).check()
            let theirs = try #require(image.initramfs)
            let both = try Data(contentsOf: URL(filePath: theirs)) + Data(contentsOf: URL(filePath: own))
            try both.write(to: URL(filePath: tree + "/boot/initrd"))
            return tree
        }

        /// The appliance, and nothing else of it.
        private func appliance(in sandbox: Sandbox) async throws -> String {
            let raw = sandbox.directory + "/disk.raw"
            try await BootableDisk.format(raw, with: try await tree(in: sandbox), mebibytes: Self.mebibytes)
            try write(Self.loader, to: sandbox.directory + "/loader.cfg")
            let core = sandbox.directory + "/core.img"
            try await HostCommand([
                "grub-mkimage", "-O", "i386-pc", "-p", "(hd0,msdos1)/boot", "-c", sandbox.directory + "/loader.cfg",
                "-o", core, "biosdisk", "part_msdos", "ext2", "linux", "boot",
            ]).check()
            let boot =
                try Data(contentsOf: URL(filePath: Self.grub + "/boot.img")) + Data(contentsOf: URL(filePath: core))
            try BootableDisk.writePartitionTable(raw, mebibytes: Self.mebibytes, boot: boot)
            let disk = sandbox.directory + "/disk.vmdk"
            try await HostCommand(
                ["qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, disk],
                timeLimit: .seconds(120)
            ).check()
            try FileManager.default.removeItem(atPath: raw)
            let description = """
                <?xml version="1.0"?>
                <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
                  <References><File ovf:href="disk.vmdk" ovf:id="file1"/></References>
                  <DiskSection><Info>Disks</Info><Disk ovf:diskId="vmdisk1" ovf:fileRef="file1"/></DiskSection>
                </Envelope>

                """
            try write(description, to: sandbox.directory + "/appliance.ovf")
            let file = sandbox.directory + "/appliance.ova"
            try await HostCommand([
                "tar", "--create", "--format=ustar", "--file", file, "--directory", sandbox.directory, "appliance.ovf",
                "disk.vmdk",
            ]).check()
            try FileManager.default.removeItem(atPath: disk)
            return file
        }

        @Test(
            .enabled(
                if: Machine.isCI || FileManager.default.fileExists(atPath: "/usr/lib/grub/i386-pc"),
                "grub-pc-bin is not installed"
            )
        )
        func anApplianceOfTheSuitesOwnDiskBootsAndReports() async throws {
            try await Sandbox.withinAndImagesRemoved { sandbox in
                let suite = try SmallSuite(in: sandbox, workloads: ["startup", "sysbench-cpu"], rounds: 2)
                try suite.add(
                    environment: "appliance",
                    """
                    title: The appliance's own kernel
                    extends: libvirt-tcg-own-kernel
                    options:
                      ready: '\(Self.ready) after [0-9.]+ s'
                      # Its init does not know the power button.
                      shutdown-limit: '0'

                    """
                )
                let file = try await appliance(in: sandbox)
                let imported = try await Invocation.run(
                    [Machine.benchrun, "image", "import", "brit-appliance", file, "--plain"],
                    in: sandbox
                )
                try #require(imported.status == 0, "\(imported.errors)")
                #expect(imported.output.contains("its own kernel, by BIOS"), "\(imported.output)")
                let before = try await Leftovers.now()
                let result = try await Invocation.run(
                    sandbox.run(suite, ["--image", "brit-appliance", "-w", "startup", "-e", "appliance"]),
                    in: sandbox
                )
                #expect(result.status == 0, "\(result.errors)")
                let folder = try sandbox.onlyRun()
                let samples = try SampleReader.all(path: folder.samples).filter { $0.environment == "appliance" }
                #expect(Set(samples.map(\.metric)) == ["create", "start", "first-frame", "ready", "stop", "remove"])
                for sample in samples { #expect(sample.outcome != .failed && sample.value != nil, "\(sample)") }
                for sample in samples where sample.metric == "first-frame" { #expect((sample.value ?? 0) > 0.5) }
                #expect(result.output.contains("appliance"))
                let page = sandbox.store.plotsFolder(of: try folder.loadManifest().run) + "/report.md"
                #expect(try String(contentsOfFile: page, encoding: .utf8).contains("appliance"))
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
                try await refusesCommands(suite, sandbox)
            }
        }

        /// Commands need an agent; and an image whose disk does not boot has nothing to start.
        private func refusesCommands(_ suite: SmallSuite, _ sandbox: Sandbox) async throws {
            let command = try await Invocation.run(
                sandbox.run(
                    suite,
                    ["--image", "brit-appliance", "-w", "sysbench-cpu", "-e", "appliance", "--rounds", "1"]
                ),
                in: sandbox
            )
            #expect(command.status == 4 && command.errors.contains("appliance refused"), "\(command.errors)")
            let other = try await Invocation.run(
                sandbox.run(suite, ["-w", "startup", "-e", "appliance", "--rounds", "1"]),
                in: sandbox
            )
            #expect(other.status == 69 && other.errors.contains("no disk that a BIOS starts"), "\(other.errors)")
        }
    }
}
