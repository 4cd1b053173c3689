import ArgumentParser
import JSON
import ModelFiles

/// `akin models`: what is in the caches.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the models on this machine, or export one.",
    discussion: """
      Models of Akin's own cache, of installed packages and of the Hugging Face cache. Any of them can be given to \
      --model by its name; other models by the path of their folder or .gguf file. With --known: a model of every family, \
      to be had with 'akin pull'.
      """,
    subcommands: [List.self, Export.self], defaultSubcommand: List.self)
}

extension ModelsCommand {
  /// `akin models` and `akin models list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the models on this machine.")

    @Flag(
      help:
        "Models of every family that Akin computes, whether or not they are here: licence, size, and what each is good for."
    )
    var known = false
    @OptionGroup var display: OutputOptions

    func run() throws {
      if known { return try ModelsCommand.listKnown(display) }
      try ModelsCommand.list(display)
    }
  }

  fileprivate static func listKnown(_ display: OutputOptions) throws {
    let stream = OutputStream(descriptor: .standardOutput)
    if display.json {
      for model in KnownModel.all {
        try stream.write(
          json: JSONValue.object([
            "name": .string(model.name), "family": .string(model.family), "gives": .string(model.gives.rawValue),
            "megabytes": .integer(Int64(model.megabytes)), "license": .string(model.license), "use": .string(model.use),
          ]))
      }
    } else {
      var table = Table([
        .init(title: "model"), .init(title: "family"), .init(title: "gives"),
        .init(title: "MB", alignment: .right), .init(title: "licence"), .init(title: "good for", isFlexible: true),
      ])
      for model in KnownModel.all {
        table.append([
          model.name, model.family, model.gives.rawValue, String(model.megabytes), model.license, model.use,
        ])
      }
      for line in table.lines(for: display.terminal) { try stream.write(line: line) }
    }
    try stream.flush()
  }

  fileprivate static func list(_ display: OutputOptions) throws {
    let models = ModelStore(environment: Environment.all).models()
    let stream = OutputStream(descriptor: .standardOutput)
    if display.json {
      for model in models {
        try stream.write(json: Self.json(model))
      }
    } else {
      for line in Self.lines(models, terminal: display.terminal) { try stream.write(line: line) }
    }
    try stream.flush()
  }

  private static func json(_ model: CachedModel) -> JSONValue {
    .object([
      "name": .string(model.name), "path": .string(model.path), "bytes": .integer(Int64(model.bytes)),
      "source": .string(model.source.label), "quantized": .bool(model.isQuantized),
      "default": .bool(model.name == ModelStore.defaultModel),
    ])
  }

  private static func lines(_ models: [CachedModel], terminal: Terminal) -> [String] {
    guard !models.isEmpty || !terminal.forReading else {
      return ["No models yet. 'akin pull' gets \(ModelStore.defaultModel)."]
    }
    var table = Table([
      .init(title: "model"), .init(title: "size", alignment: .right), .init(title: "q8_0"),
      .init(title: "from"), .init(title: "path", isFlexible: true),
    ])
    for model in models {
      let size = terminal.forReading ? NumberText.bytes(model.bytes) : String(model.bytes)
      table.append([model.name, size, model.isQuantized ? "yes" : "no", model.source.label, model.path])
    }
    return table.lines(for: terminal)
  }
}

extension ResolvedModel.Source {
  /// One word for a table.
  var label: String {
    switch self {
    case .path: "path"
    case .akinCache: "akin"
    case .installed: "installed"
    case .huggingFaceCache: "huggingface"
    }
  }
}
