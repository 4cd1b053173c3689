import Platform

/// A word of a label.
public struct TopicWord: Sendable, Equatable {
  /// As a text of the group writes it, in lower case.
  public let word: String
  /// How much it tells the group from the others; only the differences count.
  public let score: Float
}

/// The words that tell groups of texts from each other: class-based TF-IDF (Grootendorst 2022, arXiv:2203.05794) over the texts that
/// have a word, so that one text cannot name a group by saying a word often. Words are those of keyword search: folded, and
/// identifiers by their parts.
struct TopicWords {
  private typealias Term = WordScanner.Term

  private var numbers: [Term: Int] = [:]
  private var terms: [Term] = []
  /// Of each topic and word the texts that have it.
  private var counts: [[Int: Int]]
  /// Of each word, over all texts.
  private var totals: [Int] = []

  /// Bytes of a text that are read.
  private static let longestText = 16 << 10
  /// A word of a label stands in so many texts of the group, where any does.
  private static let leastTexts = 2

  /// - Parameters:
  ///   - topics: of each text; nil for one that has none.
  ///   - count: topics.
  /// - Throws: where the task is cancelled.
  init(of texts: [String], topics: [Int?], count: Int) throws(CancellationError) {
    counts = [[Int: Int]](repeating: [:], count: count)
    for (text, topic) in zip(texts, topics) {
      if Task.isCancelled { throw CancellationError() }
      for word in words(text) {
        totals[word] += 1
        if let topic { counts[topic][word, default: 0] += 1 }
      }
    }
  }

  /// The distinct words of a text by their numbers.
  private mutating func words(_ text: String) -> Set<Int> {
    var words: Set<Int> = []
    var reader = LabelTerms()
    let part = text.utf8.count > Self.longestText ? String(text.prefix(Self.longestText)) : text
    WordScanner.scan(part) { parts, _ in reader.add(parts) }
    reader.end()
    for term in reader.terms {
      if let number = numbers[term] {
        words.insert(number)
      } else {
        numbers[term] = terms.count
        words.insert(terms.count)
        terms.append(term)
        totals.append(0)
      }
    }
    return words
  }

  /// The best words of a topic, of words with one stem one.
  /// - Parameter typical: texts of the topic, in which a word is looked for as it is written.
  func best(_ limit: Int, of topic: Int, typical: [String]) -> [TopicWord] {
    let all = counts[topic].values.reduce(0, +)
    guard all > 0, !counts.isEmpty else { return [] }
    let mean = Double(counts.reduce(0) { $0 + $1.values.reduce(0, +) }) / Double(counts.count)
    // Of few texts none may share a word.
    let shared = counts[topic].filter { $0.value >= Self.leastTexts }
    let scored = (shared.isEmpty ? counts[topic] : shared).map { word, count in
      (word: word, score: Double(count) / Double(all) * log(1 + mean / Double(totals[word])))
    }.sorted { left, right in
      left.score == right.score
        ? terms[left.word].lexicographicallyPrecedes(terms[right.word]) : left.score > right.score
    }
    var words: [TopicWord] = []
    var stems: Set<Term> = []
    for (word, score) in scored where words.count < limit {
      guard stems.insert(QueryLines.stem(terms[word])).inserted else { continue }
      words.append(TopicWord(word: WrittenWord.find(terms[word], in: typical), score: Float(score)))
    }
    return words
  }
}

/// The terms of a text that may stand in a label.
private struct LabelTerms {
  private(set) var terms: Set<WordScanner.Term> = []
  /// The ideograph that came before.
  private var previous: WordScanner.Term?
  private var katakana: WordScanner.Term = []

  /// Words that say nothing of what a text is about: those of any text, and of any program.
  private static let stopWords: Set<WordScanner.Term> = Set(
    (RankedQuery.functionWords.joined(separator: " ") + """
       about above after all also am any because been before being below between both but cannot could did doing don down during each \
      few further get got had has have having he her here hers him his just like may me might more most must no nor now off once one only \
      other out over own per same she should so some such than their them then there these they those through too two under until up use \
      used uses using very was were while who whom whose why will would yes yet der die das und ist ein eine nicht les des une est que \
      los las del para por con una \
      func function def let var val const return returns self this super import include package public private protected internal static \
      final class struct enum interface extends implements void int bool boolean string str char float double long null nil none true \
      false else elif end endif begin switch case default break continue throw throws throwing catch try raise except async await new \
      delete override extension typealias extern inline template typename namespace using echo exit fmt args arg param params
      """).split(whereSeparator: \.isWhitespace).map { Array($0.utf8) })
  private static let shortest = 3
  /// Longer ones are data.
  private static let longest = 32

  mutating func add(_ parts: [WordScanner.Term]) {
    guard parts.count == 1, let scalar = Self.ideograph(parts[0]) else {
      previous = nil
      endKatakana()
      for part in parts where Self.isWord(part) { terms.insert(part) }
      return
    }
    switch scalar.value {
    // Words of katakana are written in one, and come one by one.
    case 0x30A0...0x30FF:
      katakana += parts[0]
      previous = nil
    // A single ideograph says little, two that follow each other are mostly a word.
    case 0x3400...:
      endKatakana()
      if let previous { terms.insert(previous + parts[0]) }
      previous = parts[0]
    default:
      endKatakana()
      previous = nil
    }
  }

  /// The text has ended.
  mutating func end() { endKatakana() }

  private mutating func endKatakana() {
    if katakana.count > 3 { terms.insert(katakana) }
    katakana = []
  }

  /// The one ideograph or kana of a term.
  private static func ideograph(_ term: WordScanner.Term) -> Unicode.Scalar? {
    guard (3...4).contains(term.count), let scalar = String(decoding: term, as: UTF8.self).unicodeScalars.first else {
      return nil
    }
    switch scalar.value {
    case 0x3041...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: return scalar
    default: return nil
    }
  }

  private static func isWord(_ term: WordScanner.Term) -> Bool {
    guard term.count >= shortest, term.count <= longest, !stopWords.contains(term) else { return false }
    let digits = term.count { (0x30...0x39).contains($0) }
    // Numbers and hashes.
    return digits == 0 || digits * 2 < term.count && term.count < 16
  }
}

/// Words as they are written: folded ones have lost their marks.
private enum WrittenWord {
  /// Texts that are looked at.
  private static let mostTexts = 32

  static func find(_ term: WordScanner.Term, in texts: [String]) -> String {
    for text in texts.prefix(mostTexts) where text.utf8.contains(where: { $0 >= 0x80 }) {
      for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) where word.utf8.count >= term.count {
        let word = word.lowercased()
        if WordFolding.folded(word).utf8.elementsEqual(term) { return word }
      }
    }
    return String(decoding: term, as: UTF8.self)
  }
}
