import ArgumentParser

/// Where the texts come from.
struct InputOptions: ParsableArguments {
  @Argument(help: "Texts. None, or a single '-': read standard input.")
  var texts: [String] = []

  @Option(
    name: [.customShort("f", allowingJoined: true), .long],
    help: ArgumentHelp("Read texts from this file, one a line; '-' is standard input.", valueName: "path"),
    completion: .file())
  var file: [String] = []

  @OptionGroup var format: FormatOptions

  /// - Throws: ``Failure`` with status 64 where the only input is a terminal.
  func source() throws(Failure) -> TextSource {
    let source = TextSource(arguments: texts, files: file, format: format.format)
    try source.checkNotWaitingForPerson()
    return source
  }
}

/// How a stream of texts is cut.
struct FormatOptions: ParsableArguments {
  @Flag(name: [.customShort("0"), .long], help: "Texts in the input end with NUL, not with a line end (find -print0).")
  var null = false

  @Flag(help: "Each line of the input is a JSON string, or an object with \"text\" (and \"id\", which is kept).")
  var jsonLines = false

  var format: InputFormat { jsonLines ? .jsonLines : null ? .nulSeparated : .lines }

  func validate() throws {
    if null, jsonLines { throw ValidationError("--null and --json-lines exclude each other") }
  }
}
