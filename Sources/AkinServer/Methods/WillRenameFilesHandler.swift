import AkinProtocol

/// `workspace/willRenameFiles`
struct WillRenameFilesHandler: MethodHandler {
  typealias Method = WillRenameFilesMethod

  func answer(_ parameters: FileRenames, _ call: Call) async throws -> NullResult {
    NullResult()
  }
}
