/// dpkg's table of installed packages.
enum DpkgStatus {
    /// Name and version of each package that is installed; another architecture's is named `name:arch`.
    static func packages(_ text: String, architecture: String) -> [String: String] {
        var packages: [String: String] = [:]
        var fields: [Substring: Substring] = [:]
        func finish() {
            defer { fields = [:] }
            guard let name = fields["Package"], let version = fields["Version"],
                fields["Status"]?.hasSuffix(" installed") == true
            else { return }
            let own = fields["Architecture"] ?? "all"
            let isForeign = own != "all" && own != architecture
            packages[isForeign ? "\(name):\(own)" : String(name)] = String(version)
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                finish()
            } else if let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false {
                let name = line[..<colon]
                if ["Package", "Version", "Status", "Architecture"].contains(name) {
                    fields[name] = line[line.index(after: colon)...].drop { $0 == " " }
                }
            }
        }
        finish()
        return packages
    }
}
