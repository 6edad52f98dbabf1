/// What a module says of itself: section `.modinfo` of its ELF file, strings such as `depends=virtio,virtio_ring`.
enum ModuleInfo {
    /// Names of the modules that this one needs; nil where the bytes are not a module.
    static func needs(_ module: [UInt8]) -> [String]? {
        guard module.starts(with: [0x7F, 0x45, 0x4C, 0x46]), module.count > 64, module[4] == 2, module[5] == 1,
            let section = section(".modinfo", of: module)
        else { return nil }
        let prefix = Array("depends=".utf8)
        for text in module[section].split(separator: 0) where text.starts(with: prefix) {
            return String(decoding: text.dropFirst(prefix.count), as: UTF8.self).split(separator: ",").map(String.init)
        }
        return []
    }

    /// Where a section lies, by the section headers of 64-bit little-endian ELF.
    private static func section(_ name: String, of file: [UInt8]) -> Range<Int>? {
        func number(_ offset: Int, _ size: Int) -> Int? {
            guard offset >= 0, offset <= file.count - size else { return nil }
            let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(file[offset + $1]) << (8 * UInt64($1)) }
            return Int(exactly: value).flatMap { $0 < Int(Int32.max) ? $0 : nil }
        }
        func range(_ header: Int) -> Range<Int>? {
            guard let start = number(header + 24, 8), let size = number(header + 32, 8), start <= file.count - size
            else { return nil }
            return start..<(start + size)
        }
        guard let table = number(40, 8), let size = number(58, 2), let count = number(60, 2),
            let namesIndex = number(62, 2), let names = range(table + namesIndex * size)
        else { return nil }
        let wanted = Array(name.utf8) + [0]
        for header in (0..<count).map({ table + $0 * size }) {
            guard let offset = number(header, 4), offset < names.count else { continue }
            if file[(names.lowerBound + offset)..<names.upperBound].starts(with: wanted) { return range(header) }
        }
        return nil
    }
}
