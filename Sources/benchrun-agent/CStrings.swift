import Glibc

/// Calls `body` with a NULL-terminated array of C strings that lives as long as the call.
func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var size = 0
    for string in strings { size += string.utf8.count + 1 }
    let characters = UnsafeMutablePointer<CChar>.allocate(capacity: size + 1)
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
    defer {
        characters.deallocate()
        pointers.deallocate()
    }
    var next = characters
    for (index, string) in strings.enumerated() {
        pointers[index] = next
        for byte in string.utf8 {
            next.pointee = CChar(bitPattern: byte)
            next += 1
        }
        next.pointee = 0
        next += 1
    }
    pointers[strings.count] = nil
    return body(pointers)
}
