/// Lists of CPUs or memory nodes as the kernel writes them.
enum CPUList {
    /// Those that a list such as `0-2,5` names; what is no list names none.
    static func members(_ list: String) -> Set<Int> {
        list.split(separator: ",").reduce(into: []) { members, part in
            let ends = part.split(separator: "-").compactMap { Int($0.filter { !$0.isWhitespace }) }
            guard let first = ends.first, let last = ends.last, last >= first, last - first < 65536 else { return }
            members.formUnion(first...last)
        }
    }
}
