import Glibc

/// A virtio-serial port, by the name that the domain gave it.
enum Port {
    private static let deviceLimit: UInt64 = 30_000_000_000
    private static let hostLimit: UInt64 = 60_000_000_000

    /// Opens the port, which may still have to appear, and waits until the host has opened its side.
    static func open(_ name: String) throws(SystemError) -> Int32 {
        let deadline = Clock.after(deviceLimit)
        while true {
            if let device = device(name) {
                let descriptor = Glibc.open(device, O_RDWR | O_CLOEXEC | O_NONBLOCK)
                if descriptor >= 0 {
                    try waitForHost(descriptor, name)
                    return descriptor
                }
                // The node may come a moment after the name.
                guard errno == ENOENT else { throw SystemError(device) }
            }
            guard Clock.now < deadline else {
                throw SystemError("virtio port '\(name)'", detail: "did not appear; is it a channel of the domain?")
            }
            usleep(2000)
        }
    }

    private static func device(_ name: String) -> String? {
        let directory = "/sys/class/virtio-ports"
        return Files.names(in: directory).first { Files.text("\(directory)/\($0)/name") == name }.map { "/dev/\($0)" }
    }

    /// Before the host is there, the port reads as if it had ended.
    private static func waitForHost(_ descriptor: Int32, _ name: String) throws(SystemError) {
        let deadline = Clock.after(hostLimit)
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&entry, 1, 10)
            guard entry.revents & Int16(POLLHUP) != 0 else { return }
            guard Clock.now < deadline else {
                throw SystemError("virtio port '\(name)'", detail: "the host does not listen on it")
            }
            usleep(2000)
        }
    }
}
