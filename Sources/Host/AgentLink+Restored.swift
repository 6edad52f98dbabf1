import AgentProtocol
import BenchrunModel
import Synchronization

/// A guest that is read back from a file goes on where it was: its agent does not greet again.
extension AgentLink {
    /// Takes over what the same agent said over an earlier link, so that it can be asked at once.
    /// - Throws: ``AgentError`` when the earlier link never got a greeting.
    public func goOn(after earlier: AgentLink) throws {
        guard let greeting = earlier.core.state.withLock({ $0.greeting }) else {
            throw AgentError(.protocol, subject: name, detail: "its agent had not greeted before")
        }
        core.state.withLock { $0.greeting = greeting }
    }
}
