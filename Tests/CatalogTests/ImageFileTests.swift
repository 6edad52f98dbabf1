import BenchrunModel
import Testing

@testable import Catalog

@Suite("Files of images")
struct ImageFileTests {
    @Test("A source is read as it is written")
    func source() throws {
        let (catalog, problems) = Fixture.load(
            "title: Mine\nsource: dockerfile:images/mine\n",
            kind: .image,
            folder: ""
        )
        #expect(problems.isEmpty, "\(problems)")
        let recipe = try catalog.image(named: "sample")
        #expect(recipe.source == "dockerfile:images/mine" && recipe.packages.isEmpty && recipe.suite == nil)
    }

    @Test("A source and packages exclude each other", arguments: ["packages: [fio]", "suite: bookworm"])
    func both(_ line: String) {
        let (catalog, problems) = Fixture.load("title: Mine\nsource: oci:x\n\(line)\n", kind: .image, folder: "")
        #expect(catalog.images.isEmpty)
        #expect(problems.count == 1 && "\(problems)".contains("goes without suite and packages"), "\(problems)")
    }
}
