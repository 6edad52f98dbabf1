import BenchrunModel
import Testing

@testable import LibvirtDriver

@Suite struct LibvirtLivesTests {
    private func options(_ options: [String: String] = [:]) throws -> LibvirtOptions {
        try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: options))
    }

    @Test func aSnapshotIsOfTheDisksThatAreThere() throws {
        let scsi = try DiskSnapshot.root(later: "/s/b", options(["disk-bus": "scsi"]))
        #expect(scsi.disks.disk.map(\.name) == ["sda", "sdb"])
        let shared = try DiskSnapshot.root(later: "/s/b", options(["scratch": "virtiofs"]))
        #expect(shared.disks.disk.map(\.name) == ["vda"])
    }

    @Test func aSnapshotNamesTheRootDiskOnly() throws {
        #expect(
            try DiskSnapshot.root(later: "/s/a & b.later", options()).xml() == """
                <domainsnapshot><disks><disk name="vda" snapshot="external"><driver type="qcow2" />\
                <source file="/s/a &amp; b.later" /></disk><disk name="vdb" snapshot="no" /></disks></domainsnapshot>
                """
        )
    }
}
