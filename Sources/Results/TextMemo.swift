import Glibc

/// The text a column had in the row before. Most columns repeat it, and comparing bytes is cheaper than making a
/// string.
struct TextMemo {
    private var bytes: [UInt8] = []
    private var text = ""

    /// The string of these bytes; nil where they are not UTF-8.
    mutating func text(of field: UnsafeRawBufferPointer) -> String? {
        let isSame =
            field.count == bytes.count
            && bytes.withUnsafeBytes { known in
                guard let left = known.baseAddress, let right = field.baseAddress else { return field.isEmpty }
                return memcmp(left, right, field.count) == 0
            }
        if isSame { return text }
        guard let text = String(validating: field, as: UTF8.self) else { return nil }
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: field)
        self.text = text
        return text
    }
}

/// The word a column had in the row before, for columns with few words.
struct WordMemo<Word: RawRepresentable> where Word.RawValue == String {
    private var last: (text: String, word: Word)?

    /// The word of a text; nil where it is not one.
    mutating func word(_ text: String) -> Word? {
        if let last, last.text == text { return last.word }
        guard let word = Word(rawValue: text) else { return nil }
        last = (text, word)
        return word
    }
}
