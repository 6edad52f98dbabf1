import CLinux
import Glibc

/// SIGINT, SIGTERM and SIGHUP as calls, each time one arrives.
///
/// They are caught in whatever thread the kernel picks and passed on by a dedicated one. Blocking them everywhere and
/// waiting for them would not do: under an asynchronous `main` the process's first thread sleeps in `sigsuspend`
/// with no signal blocked.
/// A signal that was ignored when the program started, as SIGHUP is under `nohup`, stays ignored. Children start
/// with the default dispositions.
public enum SignalSource {
    /// Catches the signals from now on. To be called once, first thing in `main`.
    /// - Parameter onArrival: called with a signal's number on the dedicated thread, in the order they arrive, a
    ///   second SIGINT as well as the first. It needs no thread of the cooperative pool to be called.
    /// - Throws: ``HostError`` when the kernel refuses.
    public static func install(_ onArrival: @escaping @Sendable (Int32) -> Void) throws {
        let numbers = [SIGINT, SIGTERM, SIGHUP]
        let descriptor = cl_catch_signals(numbers, Int32(numbers.count))
        guard descriptor >= 0 else {
            throw HostError(subject: "signals", detail: "cannot be caught: \(String(cString: strerror(errno)))")
        }
        DedicatedThread.start(name: "signals") {
            var number: UInt8 = 0
            while true {
                let count = read(descriptor, &number, 1)
                if count == 1 {
                    onArrival(Int32(number))
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
    }

    /// `SIGINT`, as people write it.
    public static func name(of number: Int32) -> String {
        switch number {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGHUP: "SIGHUP"
        default: "signal \(number)"
        }
    }
}
