import JSON

/// What stands before a request's body.
package struct RequestHead: Sendable {
  package var method: String
  /// The path without its query, as it was sent.
  package var path: String
  /// Fields by their names in lower case; of repeated ones all values in order.
  package var fields: [String: [String]]

  package init(method: String, target: String, fields: [(name: String, value: String)]) {
    self.method = method
    path = String(target.prefix { $0 != "?" })
    self.fields = [:]
    for field in fields { self.fields[field.name.lowercased(), default: []].append(field.value) }
  }

  /// A field's value; nil where it is missing or repeated.
  package subscript(name: String) -> String? {
    guard let values = fields[name], values.count == 1 else { return nil }
    return values[0]
  }
}

/// An answer, whole.
package struct HTTPAnswer: Sendable {
  package var status: Int
  package var fields: [(name: String, value: String)] = []
  package var body: [UInt8] = []
  /// Whether nothing more is read from this client.
  package var isLast = false

  package init(status: Int = 200, fields: [(name: String, value: String)] = []) {
    self.status = status
    self.fields = fields
  }

  /// JSON.
  package init(status: Int = 200, json: JSONValue) {
    self.init(status: status, serialized: json.serialized())
  }

  /// JSON that has been written already.
  package init(status: Int = 200, serialized: [UInt8]) {
    self.init(status: status, fields: [("Content-Type", "application/json")])
    body = serialized
  }

  package init(status: Int = 200, text: String) {
    self.init(status: status, fields: [("Content-Type", "text/plain; charset=utf-8")])
    body = Array(text.utf8)
  }
}

/// Why a request is refused, for every face to word in its own way.
package struct HTTPFailure: Error, Sendable, Equatable {
  package enum Kind: Sendable {
    case badRequest, unauthorized, forbidden, notFound, methodNotAllowed, timeout, tooLarge, unsupportedType
    case headersTooLarge, notSupported, overloaded, unavailable, `internal`, cancelled

    package var status: Int {
      switch self {
      case .badRequest: 400
      case .unauthorized: 401
      case .forbidden: 403
      case .notFound: 404
      case .methodNotAllowed: 405
      case .timeout: 408
      case .tooLarge: 413
      case .unsupportedType: 415
      case .notSupported: 424
      case .overloaded: 429
      case .headersTooLarge: 431
      case .cancelled: 499
      case .internal: 500
      case .unavailable: 503
      }
    }
  }

  package var kind: Kind
  /// One sentence for a person.
  package var message: String
  /// The parameter that is to blame, as the face calls it.
  package var parameter: String?
  /// Fields of the answer that belong to the refusal.
  package var fields: [String: String] = [:]

  package init(_ kind: Kind, _ message: String, parameter: String? = nil) {
    self.kind = kind
    self.message = message
    self.parameter = parameter
    if kind == .overloaded || kind == .unavailable { fields["Retry-After"] = "1" }
  }

  /// The same of a place that the client calls otherwise.
  func renaming(_ place: String, _ name: String) -> HTTPFailure {
    guard let parameter, parameter.hasPrefix(place), message.hasPrefix(place) else { return self }
    var renamed = self
    renamed.parameter = name + parameter.dropFirst(place.count)
    renamed.message = name + message.dropFirst(place.count)
    return renamed
  }

  package init(_ error: JSONFieldError) {
    self.init(.badRequest, error.description, parameter: error.path)
  }
}
