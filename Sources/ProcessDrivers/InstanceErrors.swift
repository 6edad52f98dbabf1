import BenchrunModel
import Host

/// What errors of one instance say: who did what to which.
struct InstanceErrors: Sendable {
    /// `native`, `runc`, ...
    let driver: String
    /// The instance's name.
    let instance: String

    /// Does a step on the host and says, where that fails, of which instance it was one.
    func wrap<Success>(
        _ step: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Success
    ) async throws -> Success {
        do {
            return try await body()
        } catch let failure as HostError {
            throw DriverError(
                subject: "\(driver)/\(step)",
                detail: "\(instance): \(failure.detail)",
                nextStep: failure.nextStep
            )
        }
    }

    /// An error of the instance itself.
    func error(_ step: String, _ detail: String) -> DriverError {
        DriverError(subject: "\(driver)/\(step)", detail: "\(instance): \(detail)", nextStep: "run 'benchrun doctor'")
    }
}
