#if Libvirt
internal import CLibvirt
internal import Host

/// libvirt's own event loop, on a thread of its own, once per process and for its whole life.
///
/// Without it a connection neither notices that its daemon died nor delivers events.
enum EventLoop {
    /// Registers and starts the loop the first time it is called.
    static func start() throws(LibvirtError) {
        if let failure { throw failure }
    }

    private static let failure: LibvirtError? = {
        guard virInitialize() == 0 else { return .last("initialize") }
        // libvirt prints errors on standard error unless told otherwise; they are thrown here.
        virSetErrorFunc(nil) { _, _ in }
        guard virEventRegisterDefaultImpl() == 0 else { return .last("register the event loop") }
        let thread = BlockingExecutor(name: "libvirt-events")
        Task.detached {
            await thread.run { while virEventRunDefaultImpl() >= 0 {} }
        }
        return nil
    }()
}
#endif
