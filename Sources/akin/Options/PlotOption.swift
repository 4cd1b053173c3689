import ArgumentParser

/// A picture of the answer, beside it.
struct PlotOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Draw the scores into this file as well, as SVG.", valueName: "file.svg"), completion: .file())
  var plot: String?

  func validate() throws {
    guard let plot else { return }
    guard plot.lowercased().hasSuffix(".svg") else { throw ValidationError("--plot takes the name of an .svg file") }
  }

  /// - Throws: ``WriteError``.
  func write(_ picture: @autoclosure () -> SVG) throws {
    guard let plot else { return }
    try WholeFile.write(picture().bytes, to: plot)
  }
}
