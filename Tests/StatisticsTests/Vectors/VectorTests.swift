import Testing

/// The reference's cases, from numpy, scipy and Otava; BENCHRUN_VECTORS names a further file of the same form.
@Suite struct VectorTests {
    @Test(arguments: try VectorCase.all())
    func matchesReference(_ vector: VectorCase) throws {
        let differences = vector.differences(from: try VectorRunner.run(vector))
        #expect(differences.isEmpty, "\(vector.id) (\(vector.kind)): \(differences.joined(separator: "; "))")
    }

    @Test func fixtureIsComplete() throws {
        let cases = try VectorCase.fixture()
        #expect(cases.count == 46)
        #expect(Set(cases.map(\.id)).count == 46)
    }

    @Test func unknownKindFails() throws {
        let vector = VectorCase(id: "x", kind: "no-such-kind", input: .null, expected: .null, tol: .whole(0))
        #expect(throws: VectorRunner.UnknownKind.self) { try VectorRunner.run(vector) }
    }

    @Test func differencesAreSeen() {
        var vector = VectorCase(
            id: "x",
            kind: "y",
            input: .null,
            expected: .object(["a": .array([.number(1), .null]), "q": .number(2)]),
            tol: .object(["q": .number(0.5)])
        )
        #expect(vector.differences(from: .object(["a": .array([.whole(1), .null]), "q": .number(2.4)])).isEmpty)
        #expect(vector.differences(from: .object(["a": .array([.number(1.1), .null]), "q": .number(2.6)])).count == 2)
        #expect(
            vector.differences(from: .object(["a": .array([.number(1), .number(0)]), "q": .number(2)])).count == 1
        )
        #expect(vector.differences(from: .object(["a": .array([.number(1)]), "q": .number(2)])).count == 1)
        #expect(vector.differences(from: .object(["q": .number(2)])).count == 1)
        vector.tol = .number(1)
        #expect(vector.differences(from: .object(["a": .array([.number(1.9), .null]), "q": .number(3)])).isEmpty)
    }
}
