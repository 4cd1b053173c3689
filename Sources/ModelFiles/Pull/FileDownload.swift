/// Brings one file from an address that a person has named, in the way in which a model's files are brought.
public struct FileDownload: Sendable {
  /// Why a file was not brought.
  public struct Failed: Error, Sendable, CustomStringConvertible {
    /// For a person; without passwords.
    public let description: String
    /// Whether the task was cancelled.
    public let isCancelled: Bool
  }

  /// How a file tells its own length, so that an answer without an end is broken off early.
  public struct Beginning: Sendable {
    let bytes: Int
    let length: @Sendable (String) throws -> Int

    /// - Parameters:
    ///   - bytes: after which it can be asked.
    ///   - length: of the whole file, by the beginning that stands in the file of that path; throws where it is another kind.
    public init(bytes: Int, length: @escaping @Sendable (String) throws -> Int) {
      (self.bytes, self.length) = (bytes, length)
    }
  }

  /// Of curl, over the process's own.
  let environment: [String: String]

  /// - Parameter environment: variables of curl, over the process's own.
  public init(environment: [String: String]) {
    self.environment = environment
  }

  /// An address as it may be shown and kept: without a user and password in it.
  public static func shown(_ address: String) -> String { PullAddress.shown(address) }

  /// Whether a text is an address, and no path.
  public static func isAddress(_ text: String) -> Bool {
    text.prefix { $0 != "/" }.hasSuffix(":") && text.contains("://")
  }

  /// Whether an address is of this machine, to which no network leads.
  private static func isLocal(_ address: String) -> Bool {
    let authority = address.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    return ["localhost", "127.0.0.1", "[::1]"].contains { $0 == host || host.hasPrefix($0 + ":") }
  }

  /// Fetches a file. Its connection may break off and be taken up again; what an `https:` address is redirected to is under TLS too.
  /// - Parameters:
  ///   - address: `https:`; `http:` of this machine, or where the content is known.
  ///   - isKnown: whether the caller compares what came with a digest that it has.
  ///   - path: where it appears when it is whole; its folder is there.
  ///   - most: bytes that are taken at most.
  ///   - beginning: tells how long the file is; no more is taken either.
  ///   - progress: told of bytes, and of all where that is known.
  public func fetch(
    _ address: String, isKnown: Bool = false, to path: String, most: Int, beginning: Beginning,
    progress: @Sendable (Int) -> Void
  ) async throws(Failed) {
    let lower = address.lowercased()
    guard lower.hasPrefix("https://") || lower.hasPrefix("http://") && (isKnown || Self.isLocal(lower)) else {
      throw Failed(description: "\(Self.shown(address)) is no https address", isCancelled: false)
    }
    var download = Download(
      curl: Curl(program: Program(environment: environment, folder: nil), token: nil), url: address, path: path,
      name: Files.lastComponent(of: address), bytes: nil, sha256: nil)
    download.limit = most
    download.beginning = beginning
    do throws(SourceError) {
      _ = try await download.run { progress($0.bytes) }
    } catch {
      for suffix in ["", ".partial", ".headers"] { Files.remove(path + suffix) }
      switch error {
      case .cancelled: throw Failed(description: "cancelled", isCancelled: true)
      case .failed(let reason): throw Failed(description: Self.shown(reason), isCancelled: false)
      }
    }
  }
}
