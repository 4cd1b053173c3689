import AkinProtocol
import AkinServer
import Testing

@Suite struct OpenDocumentsTests {
  /// A client may open and close files for weeks that no collection holds.
  @Test func ofTheClosedTheNewestAreRemembered() {
    let documents = OpenDocuments()
    let session = documents.addSession()
    let count = 3 * OpenDocuments.mostClosed
    for number in 0..<count {
      let uri = "file:///nowhere/\(number).md"
      documents.open(.init(uri: uri, language: "markdown", version: 1, text: "A text."), session: session)
      documents.close(uri, session: session)
    }
    let remembered = Set(documents.takeClosed(under: "/nowhere"))
    #expect(remembered.count <= 2 * OpenDocuments.mostClosed)
    #expect((count - OpenDocuments.mostClosed..<count).allSatisfy { remembered.contains("file:///nowhere/\($0).md") })
    #expect(documents.takeClosed(under: "/nowhere").isEmpty)
  }
}
