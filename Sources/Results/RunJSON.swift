import FoundationEssentials

/// JSON as benchrun writes it: keys sorted, indented, slashes as they are, so that files are readable and two of them
/// can be compared line by line.
public enum RunJSON {
    /// Encodes a value; ends with a line break.
    /// - Throws: `EncodingError`, for a number that is not finite.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(value)) + [SampleEncoder.lineFeed]
    }

    /// Decodes a value.
    /// - Throws: ``ResultsError`` with the file and the place inside it.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from bytes: [UInt8],
        path: String,
        nextStep: String = "restore the file, or remove the run's folder"
    ) throws(ResultsError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw ResultsError(
                subject: path,
                detail: Printable.line(explain(error), limit: 300),
                nextStep: nextStep
            )
        }
    }

    private static func explain(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { key in key.intValue.map(String.init) ?? key.stringValue }
            return path.isEmpty ? "the file" : "'\(path.joined(separator: "."))'"
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "\(place(context)) lacks '\(key.stringValue)'"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(place(context)) is not of the right type"
        case DecodingError.dataCorrupted(let context):
            return context.codingPath.isEmpty ? "not valid JSON" : "\(place(context)): \(context.debugDescription)"
        default:
            return "\(error)"
        }
    }
}
