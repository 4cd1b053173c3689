import ArgumentParser

/// `--input x.parquet --column text`, which the Python client understands and this program does not: Arrow, which reads and
/// writes Parquet well, would be larger than all else here together.
struct ParquetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A Parquet file: embedded by 'python -m akin embed', with the same options, where Akin's Python client is installed.",
      valueName: "path"),
    completion: .file(extensions: ["parquet"]))
  var input: String?

  @Option(help: ArgumentHelp("The column of texts of that file.", valueName: "name"))
  var column: String?

  func validate() throws {
    guard input != nil || column != nil else { return }
    throw ValidationError(
      """
      Parquet files are embedded by Akin's Python client, which needs pyarrow and numpy:
        python -m akin embed --input \(input ?? "FILE.parquet") --column \(column ?? "text") --output VECTORS.parquet
      """)
  }
}
