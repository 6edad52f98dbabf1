#if Libvirt
internal import CLibvirt

/// What happens to a domain between its start and its end.
extension Connection {
    /// Writes a domain's memory to a file and ends it.
    public func save(_ domain: Domain, to path: String) throws(LibvirtError) {
        try call("save '\(domain.name)'", on: domain) { virDomainSave($0, path) == 0 ? () : nil }
    }

    /// Starts the domain that a file was made of, where it was. It is not bound to this connection's life.
    public func restore(from path: String) throws(LibvirtError) {
        try call("restore from '\(path)'") { connection -> Void? in virDomainRestore(connection, path) == 0 ? () : nil }
    }

    /// Keeps the present state of a domain's disks: what it writes from now on goes to new files. Nothing is remembered
    /// of it but these files.
    /// - Parameter xml: libvirt's `<domainsnapshot>`, which names them.
    public func snapshotDisks(of domain: Domain, xml: String) throws(LibvirtError) {
        let flags = VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY.rawValue | VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA.rawValue
        try call("keep the disks of '\(domain.name)'", on: domain) { handle -> Void? in
            guard let snapshot = virDomainSnapshotCreateXML(handle, xml, flags) else { return nil }
            virDomainSnapshotFree(snapshot)
            return ()
        }
    }
}
#endif
