import ArgumentParser

/// `--output x.npy`.
struct ArrayFileOption: ParsableArguments {
  @Option(
    name: [.customShort("o", allowingJoined: true), .long],
    help: ArgumentHelp("Write the numbers to this numpy file (.npy, float32) instead.", valueName: "path"),
    completion: .file(extensions: ["npy"]))
  var output: String?

  func validate() throws {
    guard let output else { return }
    guard output.hasSuffix(".npy") else {
      throw ValidationError("--output writes numpy arrays: the name must end in .npy (for JSON lines: --json > FILE)")
    }
  }
}
