import Testing
import Tokenizers

@Suite struct TokenListTests {
  private let tokens = ["[PAD]", "", "e\u{301}", "\u{E9}", "##s", "漢"]

  @Test func givesBackWhatItTook() {
    let list = TokenList(tokens)
    #expect(list.count == 6 && list.starts.count == 7 && list.starts.last.map(Int.init) == list.bytes.count)
    #expect(list.map { Array($0.utf8) } == tokens.map { Array($0.utf8) })
    #expect(TokenList().isEmpty)
  }

  /// As strings of Swift, the two spellings of é are equal.
  @Test func comparesByBytes() {
    let list = TokenList(tokens)
    #expect(list.firstIndex(of: "\u{E9}") == 3 && list.firstIndex(of: "e\u{301}") == 2)
    #expect(list.firstIndex(of: "") == 1 && list.firstIndex(of: "s") == nil)
    #expect(TokenList(["\u{E9}"]) != TokenList(["e\u{301}"]))
    #expect(TokenList(["ab", "c"]) != TokenList(["a", "bc"]))
  }
}
