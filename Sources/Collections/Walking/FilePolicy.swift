import Extraction

/// Which files are worth indexing, told from their names, sizes and bytes.
struct FilePolicy: Sendable {
  /// Grows with every change of what is told from a file's bytes.
  static let version = 3
  /// Larger files are left out: nobody wrote them by hand.
  var largestFile = FilePolicy.usualLargestFile
  static let usualLargestFile = 1 << 20
  /// A document is left out from so many times that size on: most of its bytes are pictures and fonts.
  private static let documentFactor = 64
  /// Bytes that are looked at for what no text has.
  private static let probe = 8192
  /// Mean bytes of a line from which a program's text counts as minified, and the bytes of one line that do so alone.
  private static let minifiedMean = 400
  private static let minifiedLine = 20_000

  private static let lockFiles: Set<String> = [
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lockb", "bun.lock", "cargo.lock",
    "package.resolved", "poetry.lock", "pdm.lock", "uv.lock", "pipfile.lock", "gemfile.lock", "podfile.lock",
    "composer.lock", "go.sum", "go.work.sum", "flake.lock", "mix.lock", "pubspec.lock", "cartfile.resolved",
    "gradle.lockfile", "deno.lock", ".terraform.lock.hcl",
  ]

  private static let binaryExtensions: Set<String> = Set(
    """
    png jpg jpeg gif bmp ico icns webp tif tiff heic psd ai eps svg ps doc xls ppt \
    zip gz tgz bz2 xz zst lz4 7z rar tar jar war ear whl egg deb rpm dmg iso img apk ipa class o obj a lib so dylib dll \
    exe bin pyc pyo wasm mp3 mp4 m4a m4v ogg oga opus wav flac avi mov mkv webm ttf otf woff woff2 eot db sqlite sqlite3 \
    mdb npy npz pt pth onnx gguf safetensors h5 pkl parquet arrow feather tfrecord swiftmodule pcm gcda gcno profraw \
    profdata keystore jks p12 pfx der
    """.split(separator: " ").map(String.init))

  /// Why a file is left out by its name and size; nil where it is not.
  /// - Parameters:
  ///   - path: from whatever folder.
  ///   - isAskedFor: whether it is taken although it may hold a secret, or is an editor's copy.
  func reason(path: String, size: Int, isAskedFor: Bool = false) -> SkipReason? {
    let name = FilePath.name(path)
    let lowercase = name.lowercased()
    if !isAskedFor, SecretPolicy.isSecret(path: path) { return .secret }
    if Self.lockFiles.contains(lowercase) { return .lockFile }
    if !isAskedFor, Self.isEditorsCopy(name) { return .editorsCopy }
    let parts = lowercase.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if parts.count > 1, let last = parts.last {
      if Self.binaryExtensions.contains(String(decoding: last, as: UTF8.self)) { return .binary }
      if last.elementsEqual("map".utf8)
        || parts.dropFirst().dropLast().contains(where: { $0.elementsEqual("min".utf8) })
      {
        return .minified
      }
    }
    let largest = DocumentFormat(path: name) == nil ? largestFile : largestDocument
    if size > largest { return .overLarge(bytes: size, limit: largest) }
    return size == 0 ? .empty : nil
  }

  /// What Emacs and other editors keep beside a file: `name~`, as it was before, and `#name#`, as it is not saved yet. Both would
  /// be found in place of it.
  private static func isEditorsCopy(_ name: String) -> Bool {
    name.utf8.count > 2 && (name.hasSuffix("~") || (name.hasPrefix("#") && name.hasSuffix("#")))
  }

  /// Bytes of a document from which its text is taken, at most.
  var largestDocument: Int {
    let (size, isTooLarge) = largestFile.multipliedReportingOverflow(by: Self.documentFactor)
    return isTooLarge ? .max : size
  }

  /// Why a file is left out by its text; nil where it is not.
  /// - Parameter bytes: of the text in UTF-8.
  func reason(bytes: [UInt8], language: Language, isAskedFor: Bool = false) -> SkipReason? {
    if Self.isBinary(bytes) { return .binary }
    if !isAskedFor, SecretPolicy.isSecret(bytes) { return .secret }
    if bytes.allSatisfy(TextLines.isBlank) { return .empty }
    if case .blocks = language.structure, Self.isMinified(bytes) { return .minified }
    return nil
  }

  /// Whether bytes are in them that no text has, of any encoding whose letters of ASCII are one byte.
  static func isBinary(_ bytes: [UInt8]) -> Bool {
    let head = bytes.prefix(probe)
    let controls = head.count { $0 < 0x20 && !(0x07...0x0D).contains($0) && $0 != 0x1B }
    return controls * 10 > head.count || bytes.contains(0)
  }

  private static func isMinified(_ bytes: [UInt8]) -> Bool {
    var lineCount = 1
    var longest = 0
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      longest = max(longest, index - start)
      start = index + 1
      lineCount += 1
    }
    longest = max(longest, bytes.count - start)
    return bytes.count > 2000 && bytes.count / lineCount > minifiedMean || longest > minifiedLine
  }
}
