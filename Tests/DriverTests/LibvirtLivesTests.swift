import Testing

@testable import LibvirtDriver

@Suite struct LibvirtLivesTests {
    @Test func aSnapshotNamesTheRootDiskOnly() throws {
        #expect(
            try DiskSnapshot.root(later: "/s/a & b.later").xml() == """
                <domainsnapshot><disks><disk name="vda" snapshot="external"><driver type="qcow2" />\
                <source file="/s/a &amp; b.later" /></disk><disk name="vdb" snapshot="no" /></disks></domainsnapshot>
                """
        )
    }
}
