#if Libvirt
internal import CLibvirt
internal import Glibc

extension Connection {
    /// Creates and starts a transient domain.
    /// - Returns: the domain, when its emulator runs; its guest has only begun to boot.
    public func create(xml: String, flags: CreationFlags = []) throws(LibvirtError) -> Domain {
        try call("create") { connection in
            guard let domain = virDomainCreateXML(connection, xml, flags.rawValue) else { return nil }
            defer { virDomainFree(domain) }
            return Self.named(domain)
        }
    }

    /// Finds a domain by name.
    public func domain(named name: String) throws(LibvirtError) -> Domain {
        try call("look up '\(name)'", on: Domain(name: name)) { Self.named($0) }
    }

    /// Every domain of the host that is running or defined, by name.
    public func domains() throws(LibvirtError) -> [Domain] {
        try call("list") { connection in
            var list: UnsafeMutablePointer<virDomainPtr?>?
            let count = virConnectListAllDomains(connection, &list, 0)
            guard count >= 0 else { return nil }
            defer { free(list) }
            var domains: [Domain] = []
            for index in 0..<Int(count) {
                guard let domain = list?[index] else { continue }
                if let named = Self.named(domain) { domains.append(named) }
                virDomainFree(domain)
            }
            return domains.sorted { $0.name < $1.name }
        }
    }

    /// What a domain is doing.
    public func state(of domain: Domain) throws(LibvirtError) -> DomainState {
        try call("ask for the state of '\(domain.name)'", on: domain) { handle in
            var state: Int32 = 0
            guard virDomainGetState(handle, &state, nil, 0) == 0 else { return nil }
            return DomainState(rawValue: state) ?? DomainState.none
        }
    }

    /// A domain's size and use.
    public func info(of domain: Domain) throws(LibvirtError) -> DomainInfo {
        try call("ask about '\(domain.name)'", on: domain) { handle in
            var info = virDomainInfo()
            guard virDomainGetInfo(handle, &info) == 0 else { return nil }
            return DomainInfo(
                state: DomainState(rawValue: Int32(info.state)) ?? .none,
                maximumMemory: UInt64(info.maxMem) * 1024,
                virtualCPUs: Int(info.nrVirtCpu),
                cpuTime: info.cpuTime
            )
        }
    }

    /// The live definition of a domain.
    public func xml(of domain: Domain) throws(LibvirtError) -> String {
        try call("ask for the definition of '\(domain.name)'", on: domain) {
            Self.takeString(virDomainGetXMLDesc($0, 0))
        }
    }

    /// The text of a domain's `<description>`; nil where it has none.
    public func text(of domain: Domain) throws(LibvirtError) -> String? {
        do {
            return try call("ask for the description of '\(domain.name)'", on: domain) {
                Self.takeString(
                    virDomainGetMetadata($0, Int32(VIR_DOMAIN_METADATA_DESCRIPTION.rawValue), nil, 0)
                )
            }
        } catch {
            guard error.code == Int32(VIR_ERR_NO_DOMAIN_METADATA.rawValue) else { throw error }
            return nil
        }
    }

    /// Stops a domain's CPUs.
    public func suspend(_ domain: Domain) throws(LibvirtError) {
        try call("suspend '\(domain.name)'", on: domain) { virDomainSuspend($0) == 0 ? () : nil }
    }

    /// Lets a domain's CPUs run again.
    public func resume(_ domain: Domain) throws(LibvirtError) {
        try call("resume '\(domain.name)'", on: domain) { virDomainResume($0) == 0 ? () : nil }
    }

    /// Asks a guest to power off; it may ignore that.
    public func shutdown(_ domain: Domain) throws(LibvirtError) {
        try call("shut down '\(domain.name)'", on: domain) { virDomainShutdown($0) == 0 ? () : nil }
    }

    /// Ends a domain by force; returns when its emulator is gone.
    public func destroy(_ domain: Domain) throws(LibvirtError) {
        try call("destroy '\(domain.name)'", on: domain) { virDomainDestroy($0) == 0 ? () : nil }
    }

    static func named(_ handle: virDomainPtr) -> Domain? {
        virDomainGetName(handle).map { Domain(name: String(cString: $0)) }
    }
}
#endif
