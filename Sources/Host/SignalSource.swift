import CLinux
import Glibc

/// SIGINT, SIGTERM and SIGHUP as values, each time one arrives.
///
/// The signals are blocked in all threads and fetched by a dedicated one, so that they are answered also while all
/// threads of the cooperative pool are busy. A signal that was ignored when the program started, as SIGHUP is under
/// `nohup`, stays ignored.
public struct SignalSource: Sendable {
    /// Numbers of the signals in the order they arrived, a second SIGINT as well as the first. For one reader.
    public let signals: AsyncStream<Int32>

    /// Blocks the signals and starts the thread. To be called once, first thing in `main`: a thread that exists
    /// already goes on receiving signals in the default way.
    public static func install() -> SignalSource {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] where !cl_is_signal_ignored(number) { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        let watched = set
        DedicatedThread.start(name: "signals") {
            var watched = watched
            while true {
                var number: Int32 = 0
                let status = sigwait(&watched, &number)
                if status == 0 { continuation.yield(number) } else if status != EINTR { return }
            }
        }
        return SignalSource(signals: signals)
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
