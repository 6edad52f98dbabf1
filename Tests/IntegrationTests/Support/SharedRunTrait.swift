import Testing

/// Makes a run once for a whole suite and removes it at the end.
struct SharedRunTrait<Run: Sendable>: SuiteTrait, TestScoping {
    private let current: TaskLocal<Run?>
    private let make: @Sendable (Sandbox) async throws -> Run

    /// - Parameter current: where the suite's tests find it.
    init(_ current: TaskLocal<Run?>, make: @escaping @Sendable (Sandbox) async throws -> Run) {
        self.current = current
        self.make = make
    }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        let run = try await make(sandbox)
        try await current.withValue(run) { try await function() }
    }
}
