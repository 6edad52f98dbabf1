import BenchrunModel
import Glibc
import Host

/// The time of one plain start of a program, with nothing around it.
struct BareExec: Sendable {
    /// The program, without arguments.
    let program: String
    /// CPUs it runs on.
    let cpus: [Int]

    /// Starts it and waits for its end, on a thread that ends with it: the affinity is the thread's, and the wait
    /// takes no thread of Swift's pool.
    func run() async throws -> UInt64 {
        let thread = BlockingExecutor(name: "bare-exec")
        return try await thread.run {
            do {
                if !cpus.isEmpty { try CPUAffinity.set(cpus) }
            } catch let error as HostError {
                throw failure(error.detail)
            }
            return try measure()
        }
    }

    private func measure() throws -> UInt64 {
        var process: pid_t = 0
        var status: Int32 = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), nil]
        defer { free(arguments[0]) }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        let began = RawClock.now()
        let code = posix_spawn(&process, program, nil, nil, &arguments, &environment)
        guard code == 0 else { throw failure(String(cString: strerror(code))) }
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw failure(String(cString: strerror(errno))) }
        }
        let ended = RawClock.now()
        guard status == 0 else { throw failure("wait status \(status)") }
        return ended - began
    }

    private func failure(_ detail: String) -> DriverError {
        DriverError(subject: "native/bare-exec", detail: "\(program): \(detail)", nextStep: "run it by hand to see why")
    }
}
