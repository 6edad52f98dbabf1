#if Libvirt
internal import CLibvirt

/// What libvirt said when a call failed.
public struct LibvirtError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was asked for: `open`, `create`, `suspend`, ...
    public var operation: String
    /// `virErrorNumber`; 0 when libvirt set no error.
    public var code: Int32
    /// `virErrorDomain`: the part of libvirt that failed.
    public var domain: Int32
    /// libvirt's message.
    public var message: String
    /// True when the connection is gone, so that no call on it can succeed.
    public var isConnectionLost: Bool

    /// Creates an error.
    public init(operation: String, code: Int32, domain: Int32, message: String, isConnectionLost: Bool = false) {
        self.operation = operation
        self.code = code
        self.domain = domain
        self.message = message
        self.isConnectionLost = isConnectionLost
    }

    /// True when the domain that was asked for does not exist (any more).
    public var isNoDomain: Bool { code == Int32(VIR_ERR_NO_DOMAIN.rawValue) }

    /// True when the domain's state does not allow the operation, for example because it has stopped.
    public var isInvalidState: Bool { code == Int32(VIR_ERR_OPERATION_INVALID.rawValue) }

    /// `libvirt OPERATION: MESSAGE`
    public var description: String { "libvirt \(operation): \(message)" }

    /// The calling thread's last error. libvirt keeps it per thread: call this on the thread that made the failed
    /// call, before anything else.
    static func last(_ operation: String) -> LibvirtError {
        guard let error = virGetLastError() else {
            return LibvirtError(operation: operation, code: 0, domain: 0, message: "failed without a message")
        }
        let message = error.pointee.message.map { String(cString: $0) } ?? "failed without a message"
        return LibvirtError(
            operation: operation,
            code: error.pointee.code,
            domain: error.pointee.domain,
            message: message
        )
    }

    /// The error of a call on a connection that was closed or lost.
    static func lost(_ operation: String, uri: String) -> LibvirtError {
        LibvirtError(
            operation: operation,
            code: Int32(VIR_ERR_INVALID_CONN.rawValue),
            domain: 0,
            message: "the connection to \(uri) is closed",
            isConnectionLost: true
        )
    }
}
#endif
