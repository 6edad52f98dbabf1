import Results

/// gnuplot's SVG as part of a page: names unique in the page, inks that follow the page's colours, and nothing that
/// could be active.
struct InlinePicture {
    let name: String
    let description: String

    /// The markup; nil where the file is not what gnuplot makes, so that nothing unknown gets into the page.
    func markup(_ file: String) -> String? {
        guard let start = file.firstRange(of: "<svg"), let close = file[start.lowerBound...].firstRange(of: ">"),
            let end = file.ranges(of: "</svg>").last, !Self.isActive(file)
        else { return nil }
        let head = String(file[start.lowerBound..<close.upperBound])
        guard let box = Self.attribute("viewBox", in: head) else { return nil }
        var body = String(file[close.upperBound..<end.lowerBound])
        // gnuplot titles each part of a plot by number, which browsers show as a hint.
        for element in ["title", "desc"] {
            while let open = body.firstRange(of: "<\(element)>"),
                let shut = body[open.upperBound...].firstRange(of: "</\(element)>")
            {
                body.removeSubrange(open.lowerBound..<shut.upperBound)
            }
        }
        body = body.replacing("id='", with: "id='\(name)-").replacing("id=\"", with: "id=\"\(name)-")
            .replacing("href='#", with: "href='#\(name)-").replacing("href=\"#", with: "href=\"#\(name)-")
            .replacing("url(#", with: "url(#\(name)-")
            .replacing("font-family=\"sans-serif\"", with: "")
        return "<svg viewBox=\"\(HTMLText.escape(box))\" role=\"img\" aria-label=\"\(HTMLText.escape(description))\" "
            + "xmlns:xlink=\"http://www.w3.org/1999/xlink\">\(body)</svg>"
    }

    /// Rules that give the inks of pictures the page's colours: a style sheet wins over presentation attributes.
    static let style = [
        ("#000000", "ink"), (PlotCanvas.ink, "ink"), (PlotCanvas.faintInk, "faint"), (PlotCanvas.grid, "grid"),
        (PlotCanvas.band, "band"),
    ].map { ink, variable in
        ["stroke", "fill"].map { kind in
            let selectors = forms(ink).map { "figure svg [\(kind)=\"\($0)\"]" }.joined(separator: ", ")
            return "\(selectors) { \(kind): var(--\(variable)); }"
        }.joined(separator: "\n")
    }.joined(separator: "\n")

    /// A colour as gnuplot writes it for text and for lines.
    private static func forms(_ ink: String) -> [String] {
        guard let number = UInt32(ink.dropFirst(), radix: 16) else { return [] }
        if number == 0 { return ["black"] }
        let parts = [number >> 16 & 255, number >> 8 & 255, number & 255].map(String.init)
        let padded = parts.map { String(repeating: " ", count: 3 - $0.count) + $0 }
        return ["rgb(\(parts.joined(separator: ",")))", "rgb(\(padded.joined(separator: ", ")))"]
    }

    /// Scripts, event handlers, links to elsewhere: gnuplot makes none of them without being asked.
    private static func isActive(_ file: String) -> Bool {
        let text = file.lowercased()
        let parts = ["<script", "<foreignobject", "<image", "<iframe", "javascript:", "@import", "<style"]
        // Text of labels is escaped, so that an opening angle bracket is always markup.
        return parts.contains { text.contains($0) && $0.hasPrefix("<") }
            || text.contains(/<[^>]*\s(on[a-z]+\s*=|(xlink:)?href\s*=\s*['"](?!#))/)
    }

    private static func attribute(_ name: String, in element: String) -> String? {
        guard let start = element.firstRange(of: "\(name)=\""),
            let end = element[start.upperBound...].firstIndex(of: "\"")
        else { return nil }
        return String(element[start.upperBound..<end])
    }
}
