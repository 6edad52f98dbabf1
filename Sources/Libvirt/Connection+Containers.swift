#if Libvirt
internal import CLibvirt

extension Connection {
    /// Creates and starts a transient container whose first program inherits open files, as the descriptors that follow
    /// the standard ones, in this order. Hypervisors do not support it.
    /// - Parameter files: they stay open here.
    /// - Returns: the container, when its first program was started.
    public func create(
        xml: String,
        passing files: [Int32],
        flags: CreationFlags = []
    ) throws(LibvirtError) -> Domain {
        try call("create") { connection in
            var files = files
            let count = UInt32(files.count)
            guard let domain = virDomainCreateXMLWithFiles(connection, xml, count, &files, flags.rawValue) else {
                return nil
            }
            defer { virDomainFree(domain) }
            return Self.named(domain)
        }
    }
}
#endif
