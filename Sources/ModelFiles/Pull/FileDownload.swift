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

  /// Fetches a file. Its connection may break off and be taken up again; what it is redirected to is under TLS too.
  /// - Parameters:
  ///   - address: `https:`.
  ///   - path: where it appears when it is whole; its folder is there.
  ///   - most: bytes that are taken at most.
  ///   - beginning: tells how long the file is; no more is taken either.
  ///   - progress: told of bytes, and of all where that is known.
  public func fetch(
    _ address: String, to path: String, most: Int, beginning: Beginning, progress: @Sendable (Int) -> Void
  ) async throws(Failed) {
    guard address.lowercased().hasPrefix("https://") else {
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
