import Tokenizers

/// One spelling for all spellings of a word: compatible and canonical equivalents (NFKC), so that widths and compositions are alike,
/// and Latin letters without their marks. Case is folded where words are read, since capitals tell the parts of identifiers.
enum WordFolding {
  private static let normalizer = Normalizer([.form(.nfkc)])
  /// Letters of ASCII by the Latin letters with marks that decompose into them.
  private static let bases: [UInt32: Unicode.Scalar] = {
    let decomposer = Normalizer([.form(.nfd)])
    var bases: [UInt32: Unicode.Scalar] = [:]
    for value in [0xC0...0x24F, 0x1E00...0x1EFF].joined() {
      guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
      let first = decomposer.normalize(String(Character(scalar))).unicodeScalars.first
      if let first, first != scalar, isLatin(first) { bases[UInt32(value)] = first }
    }
    return bases
  }()

  static func folded(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    var scalars = String.UnicodeScalarView()
    var isLatin = false
    for scalar in normalizer.normalize(text).unicodeScalars {
      if isLatin, (0x300...0x36F).contains(scalar.value) { continue }
      switch scalar.value {
      // Sharp s, and the sigma that ends words.
      case 0xDF, 0x1E9E: scalars.append(contentsOf: "ss".unicodeScalars)
      case 0x3C2: scalars.append("\u{3C3}")
      default: scalars.append(bases[scalar.value] ?? scalar)
      }
      isLatin = scalars.last.map(Self.isLatin) ?? false
    }
    return String(scalars)
  }

  private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (0x61...0x7A).contains(scalar.value | 0x20)
  }
}

/// Korean nouns have their particles behind them, in one word.
enum KoreanParticles {
  /// By their lengths, the longest first (the particles of case, and the auxiliary ones, of standard Korean).
  private static let particles: [[Unicode.Scalar]] = """
    에서부터 으로부터 에게서는 이라고는 에서는 에서도 에게는 에게서 으로는 으로도 으로서 으로써 이라고 이라는 까지는 까지도 부터는 하고는 처럼은 \
    보다는 마저도 조차도 한테서 로부터 에서 에게 으로 로서 로써 라고 라는 이나 이란 이며 이고 까지 부터 처럼 보다 마저 조차 한테 하고 \
    에는 에도 께서 만은 만이 만을 들이 들은 들을 들의 은 는 이 가 을 를 의 에 로 와 과 도 만 나 들
    """.split { $0 == " " || $0 == "\n" }.map { Array($0.unicodeScalars) }.sorted { $0.count > $1.count }

  /// A word without its particle; nil where it has none, or would be nothing without it.
  static func noun(of word: [Unicode.Scalar]) -> [Unicode.Scalar]? {
    for particle in particles where word.count > particle.count && word.suffix(particle.count).elementsEqual(particle) {
      return word.dropLast(particle.count)
    }
    return nil
  }
}
