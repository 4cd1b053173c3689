/// A page that a server has besides its faces, such as a picture for a browser. A browser cannot show a key when it follows a link, so
/// the page's path is one that nobody can guess, and who knows it gets the page.
public struct HTTPPage: Sendable {
  private let path: APIKey
  private let body: [UInt8]

  /// - Parameters:
  ///   - path: begins with `/`; long enough and drawn by chance where the page is not everybody's.
  ///   - body: HTML in UTF-8.
  /// - Returns: nil for an empty path.
  public init?(path: String, body: [UInt8]) {
    guard let path = APIKey(path) else { return nil }
    self.path = path
    self.body = body
  }

  /// The methods of the page's path.
  static let methods = ["GET", "HEAD"]

  /// Whether a request asks for it. The time that this takes tells nothing of the path.
  func isAt(_ asked: String) -> Bool { path.matches(asked[...]) }

  /// In no frame, in no cache, and its address told to nobody.
  var answer: HTTPAnswer {
    var answer = HTTPAnswer(fields: [
      ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
      ("X-Frame-Options", "DENY"), ("Content-Security-Policy", "frame-ancestors 'none'"),
      ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ])
    answer.body = body
    return answer
  }
}
