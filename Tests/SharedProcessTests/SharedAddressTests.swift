import AkinTestSupport
import Foundation
import SharedProcess
import Testing

/// The folder of the shared process: made private, and refused where others could reach into it.
@Suite struct SharedAddressTests {
  private let folder: TemporaryFolder
  private let address: SharedAddress

  init() throws {
    folder = try TemporaryFolder()
    address = SharedAddress(key: "k", environment: ["XDG_RUNTIME_DIR": folder.path])
  }

  private func makeFolder(mode: Int) throws {
    try FileManager.default.createDirectory(
      atPath: address.folder, withIntermediateDirectories: false, attributes: [.posixPermissions: mode])
  }

  private func isNobody(_ connection: UnixSocket.Connection) -> Bool {
    if case .nobody = connection { return true }
    return false
  }

  @Test func theRuntimeFolderComesFirst() {
    #expect(address.folder == folder.path + "/akin")
    #expect(address.socket == folder.path + "/akin/k.sock")
    #expect(SharedAddress(key: "k", environment: ["TMPDIR": "/t"]).folder == "/t/akin-\(geteuid())")
    #expect(
      SharedAddress(key: "k", environment: ["TMPDIR": "relative", "XDG_RUNTIME_DIR": ""]).folder
        == "/tmp/akin-\(geteuid())")
    #expect(SharedAddress(socket: address.socket) == address)
  }

  @Test func aMissingFolderIsMadeForItsUserAlone() throws {
    try address.prepareFolder()
    try address.prepareFolder()
    let attributes = try FileManager.default.attributesOfItem(atPath: address.folder)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
  }

  @Test(arguments: [0o755, 0o770, 0o701, 0o1777])
  func anOpenFolderIsRefused(mode: Int) throws {
    try makeFolder(mode: mode)
    #expect(throws: SharedProcessError.self) { try address.prepareFolder() }
  }

  @Test func aLinkOrAFileInItsPlaceIsRefused() throws {
    try FileManager.default.createDirectory(atPath: folder.file("elsewhere"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: address.folder, withDestinationPath: folder.file("elsewhere"))
    #expect(throws: SharedProcessError.self) { try address.prepareFolder() }
    try FileManager.default.removeItem(atPath: address.folder)
    try Data().write(to: URL(fileURLWithPath: address.folder))
    #expect(throws: SharedProcessError.self) { try address.prepareFolder() }
  }

  @Test func nobodyListensWhereNothingIsOrWhereAProcessHasEnded() throws {
    try address.prepareFolder()
    #expect(try isNobody(UnixSocket.connect(to: address.socket)))
    let listener = try UnixSocket.listen(at: address.socket)
    guard case .made(let client) = try UnixSocket.connect(to: address.socket) else {
      Issue.record("nobody listens")
      return
    }
    #expect(UnixSocket.peerProcess(client) == getpid())
    #expect(UnixSocket.peerUser(client) == geteuid())
    close(client)
    close(listener)
    #expect(try isNobody(UnixSocket.connect(to: address.socket)))
    close(try UnixSocket.listen(at: address.socket))
  }

  @Test func aPathTooLongForASocketIsNamed() throws {
    #expect(throws: SharedProcessError.self) {
      try UnixSocket.connect(to: "/" + String(repeating: "x", count: 200))
    }
  }
}
