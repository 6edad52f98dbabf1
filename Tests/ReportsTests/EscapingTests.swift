import Testing

@testable import Reports

@Suite("escaping")
struct EscapingTests {
    @Test(
        "gnuplot literals",
        arguments: [
            ("plain", "'plain'"), ("it's", "'it''s'"), ("'", "''''"), ("a\"b", "'a\"b'"), ("a\\", "'a\\'"),
            ("`id` $(id) @x", "'`id` $(id) @x'"), ("a\nb\tc\rd", "'a b c d'"), ("\u{0}\u{1B}[31m", "'??[31m'"),
            ("{/Bold a_b^c}", "'{/Bold a_b^c}'"), ("\u{2028}\u{202E}x", "' ?x'"),
        ]
    )
    func literals(text: String, expected: String) {
        #expect(GnuplotText.literal(text) == expected)
    }

    @Test("bold text and ticks escape what is markup there")
    func markup() {
        #expect(GnuplotText.bold("a_b^{c}@&~\\ it's") == "'{/:Bold a\\_b\\^\\{c\\}\\@\\&\\~\\\\ it''s}'")
        #expect(GnuplotText.tick("+5 %") == "'+5 %%'")
    }

    @Test("comments and fields stay on their line")
    func comments() {
        #expect(GnuplotText.comment("a\nplot 1\\") == "a plot 1\\ ")
        #expect(GnuplotText.field("a\t\"b\"\nc") == "a 'b' c")
        #expect(GnuplotText.field("") == "-")
        #expect(GnuplotText.number(nil) == "NaN")
        #expect(GnuplotText.number(.infinity) == "NaN")
    }

    @Test("HTML, also where a combining mark follows")
    func html() {
        #expect(HTMLText.escape("<b a=\"1\" b='2'>&") == "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;")
        #expect(HTMLText.escape("\"\u{301}<\u{301}") == "&quot;\u{301}&lt;\u{301}")
        #expect(HTMLText.escape("a\u{0}\u{1B}b\nc") == "a??b c")
    }

    @Test("Markdown")
    func markdown() {
        #expect(
            MarkdownText.escape("a|b *c* _d_ `e` [f](g) <h> #i")
                == "a\\|b \\*c\\* \\_d\\_ \\`e\\` \\[f\\](g) &lt;h&gt; \\#i"
        )
        #expect(MarkdownText.escape("a\nb") == "a b")
    }

    @Test("only passive pictures get into the page")
    func pictures() throws {
        let picture = InlinePicture(name: "p", description: "say \"hi\"")
        let svg = """
            <?xml version="1.0"?><svg width="9" height="9" viewBox="0 0 9 9"><title>t</title><desc>d</desc>
            <g id="a"><title>a_plot_1</title><use xlink:href='#a'/></g><text>x onload=1 &lt;script></text></svg>
            """
        let markup = try #require(picture.markup(svg))
        #expect(markup.hasPrefix("<svg viewBox=\"0 0 9 9\" role=\"img\" aria-label=\"say &quot;hi&quot;\""))
        #expect(markup.contains("<g id=\"p-a\"><use xlink:href='#p-a'/></g>"))
        #expect(!markup.contains("title"))
        for active in [
            "<script>1</script>", "<g onload=\"x\"/>", "<a xlink:href=\"http://x\"/>", "<image/>", "<foreignObject/>",
            "<STYLE>", "<g\nonclick='x'/>",
        ] {
            #expect(picture.markup("<svg viewBox=\"0 0 1 1\">\(active)</svg>") == nil)
        }
        #expect(picture.markup("not a picture") == nil)
    }
}
