import Mustache
import Results

/// Escapes text for HTML, in content and in quoted attributes.
///
/// Works on scalars: on characters, a quotation mark followed by a combining mark would be another character and pass.
struct HTMLText: MustacheContentType {
    func escapeText(_ text: String) -> String { Self.escape(text) }

    static func escape(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in Printable.line(text).unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

/// Escapes text for GitHub's Markdown, in running text and in table cells.
struct MarkdownText: MustacheContentType {
    func escapeText(_ text: String) -> String { Self.escape(text) }

    static func escape(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in Printable.line(text).unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$", "!":
                result.append("\\")
                result.append(scalar)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

/// Templates with this module's own escaping.
enum ReportTemplate {
    /// Renders a template whose first line is `{{% CONTENT_TYPE:benchrun-html }}` or `benchrun-markdown`.
    /// - Throws: the parser's error, which would be a fault in the template.
    static func render(_ template: String, _ model: ReportModel) throws -> String {
        MustacheContentTypes.register(HTMLText(), named: "benchrun-html")
        MustacheContentTypes.register(MarkdownText(), named: "benchrun-markdown")
        return try MustacheTemplate(string: template).render(model)
    }
}
