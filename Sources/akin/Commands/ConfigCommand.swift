import AkinCollections
import ArgumentParser
import JSON
import ModelFiles

/// `akin config`: what is set, and where.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show what is set, and where each value comes from.",
    discussion: """
      A person's own: a JSON object in ~/.config/akin/config.json ($XDG_CONFIG_HOME, $AKIN_CONFIG) with model, mode, topK, \
      context, threads, glob, lang, maxFilesize, hidden, store, stores, wait and background. Options of the command line count over it.

        {"topK": 20, "mode": "hybrid", "lang": ["swift", "markdown"]}

      A folder's: .akin.json in the folder that is indexed, with glob, lang and maxFilesize, which leave files out for \
      everyone; it may say nothing else.
      """)

  @Argument(help: "The folder whose .akin.json counts.", completion: .directory)
  var folder = "."
  @OptionGroup var display: OutputOptions

  func run() async throws {
    let settings = try Settings.loaded.get()
    let user = Settings.path ?? "no configuration"
    var rows: [(key: String, value: String, source: String)] = []
    func add(_ key: String, _ value: String?, default standard: String) {
      rows.append((key, value ?? standard, value == nil ? "default" : user))
    }
    add("model", settings.model, default: ModelStore.defaultModel)
    add("mode", settings.mode?.rawValue, default: "hybrid in folders, semantic with --documents")
    add("topK", settings.topK.map(String.init), default: "10")
    add("context", settings.context.map(String.init), default: "3")
    add("threads", settings.threads.map(String.init), default: "0, all that this process may use")
    add("glob", settings.glob.isEmpty ? nil : settings.glob.joined(separator: " "), default: "all files")
    add("lang", settings.lang.isEmpty ? nil : settings.lang.joined(separator: " "), default: "all languages")
    add("maxFilesize", settings.maxFilesize, default: "1M")
    add("hidden", settings.hidden.map(String.init), default: "false, but for what git tracks")
    add("wait", settings.wait.map(String.init), default: "false")
    add("background", settings.background.map(String.init), default: "true")
    add("store", settings.store.map(PostgresCatalog.withoutSecrets), default: "files in $AKIN_DATA")
    let stores = settings.stores.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(PostgresCatalog.withoutSecrets($0.value))" }
    add("stores", stores.isEmpty ? nil : stores.joined(separator: " "), default: "none")
    guard let scope = await IndexedFolder(folder, store: UserStore.catalog()) else {
      throw Failure(.inputMissing, "there is no folder \(folder)")
    }
    do {
      let project = ProjectRules(scope.root)
      let source = (scope.root == "/" ? "" : scope.root) + "/" + ProjectRules.fileName
      if let problem = project.problem { throw Failure(.badData, problem) }
      if !project.globs.isEmpty { rows.append(("indexed: glob", project.globs.joined(separator: " "), source)) }
      if !project.languages.isEmpty { rows.append(("indexed: lang", project.languages.joined(separator: " "), source)) }
      if let size = project.largestFile { rows.append(("indexed: maxFilesize", String(size), source)) }
      let remembered = await UserStore.catalog().settings(of: scope.root)
      let told = "akin index, remembered"
      if remembered.takesHidden { rows.append(("indexed: hidden", "true", told)) }
      if remembered.takesIgnored { rows.append(("indexed: ignore", "false", told)) }
      if remembered.largestFile != FolderSettings().largestFile {
        rows.append(("indexed: maxFilesize", String(remembered.largestFile), told))
      }
    }
    let stream = OutputStream(descriptor: .standardOutput)
    if display.json {
      for row in rows {
        try stream.write(
          json: ["key": .string(row.key), "value": .string(row.value), "source": .string(row.source)])
      }
    } else {
      var table = Table([
        .init(title: "key"), .init(title: "value", isFlexible: true), .init(title: "from", isFlexible: true),
      ])
      for row in rows { table.append([row.key, row.value, row.source]) }
      for line in table.lines(for: display.terminal) { try stream.write(line: line) }
    }
    try stream.flush()
  }
}
