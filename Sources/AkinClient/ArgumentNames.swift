import AkinProtocol

/// What the parameters of a request are to the caller of one of the client's own methods.
struct ArgumentNames: Sendable {
  /// By parameter, the argument's name; the others are called alike.
  var names: [String: String] = [:]
  /// Parameters that are lists of one, which stands for a single value.
  var alone: Set<String> = []
  /// By parameter, where the caller's list has what the request's list begins with.
  var starts: [String: Int] = [:]

  /// Those of every method that takes `EmbeddingOptions`.
  static func embedding(_ input: String, isAlone: Bool = false, start: Int = 0) -> ArgumentNames {
    var names = Dictionary(uniqueKeysWithValues: EmbeddingOptions.names.map { ($0, "options." + $0) })
    names["input"] = input
    return ArgumentNames(names: names, alone: isAlone ? ["input"] : [], starts: ["input": start])
  }

  /// The error with the caller's names and rows.
  func told(_ error: AkinClientError) -> AkinClientError {
    guard case .refused(let refusal) = error, let path = refusal.data?.path, refusal.message.hasPrefix(path),
      let place = path.wholeMatch(of: #/params\.(?<name>\w+)(\[(?<row>\d+)\])?(?<rest>.*)/#)
    else { return error }
    let name = String(place.output.name)
    let row = place.output.row.flatMap { Int($0) }.flatMap { row in
      alone.contains(name) ? nil : "[\(row + starts[name, default: 0])]"
    }
    let argument = names[name, default: name] + (row ?? "") + place.output.rest
    return .refused(refusal.worded(argument + refusal.message.dropFirst(path.count), argument: argument))
  }
}

extension AkinClient {
  /// A request of one of the client's own methods, whose errors speak of that one's arguments.
  func call<Method: RequestMethod>(
    _ method: Method.Type, _ parameters: Method.Parameters, _ arguments: ArgumentNames = ArgumentNames(),
    progress: (@Sendable (ProgressNotification.Step) -> Void)? = nil
  ) async throws -> Method.Result {
    do {
      return try await request(method, parameters, progress: progress)
    } catch let error as AkinClientError {
      throw arguments.told(error)
    }
  }
}
