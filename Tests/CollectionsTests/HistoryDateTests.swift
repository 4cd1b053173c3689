import AkinCollections
import AkinTestSupport
import Testing

/// Times as people name them to git, which the tests ask.
@Suite struct HistoryDateTests {
  /// Half past two of a Wednesday, wherever the tests run.
  let now: Int
  let folder: TemporaryFolder
  let checkout: GitCheckout

  init() throws {
    now = try #require(HistoryDate.span("2025-06-04 14:30")?.lowerBound)
    folder = try TemporaryFolder()
    checkout = GitCheckout(path: folder.path)
    try checkout.git("init", "-q")
  }

  @Test func aMomentIsGits() throws {
    let texts = """
      now; 1700000000; 1700000000 +0100; never; 3 weeks ago; 2 weeks ago; 1.day.ago; 2.weeks.3.days.ago; 10 seconds ago
      one year 2 months ago; last week; last month; last year; yesterday noon; noon yesterday; noon; midnight; tea; 10am; 10:30
      last tuesday noon; 3 days ago at noon; 2024-05-31 10:00; 2024-05-31T10:00:00Z; 2024-05-31T10:00:00+02:00
      2024-05-31T10:00:00.123Z; 2024-05-31 10:00:00 -0530; 20240531T100000; Fri, 31 May 2024 10:00:00 +0200
      Fri May 31 10:00:00 2024 +0200; 31 may 10pm; may 31 10:00; 2024/05/31 10:00; 31.05.2024 10:00
      """
    for text in Self.parts(texts) {
      let git = try checkout.time(text, now: now)
      #expect(HistoryDate.span(text, now: now) == git...git, "\(text)")
    }
  }

  /// git takes this time of it.
  @Test func aDayIsGitsAndWhole() throws {
    let texts = """
      yesterday; last friday; last wednesday; last mon; 2024-05-31; 2024/05/31; 2024.05.31; 31.05.2024; 05/31/2024
      31/05/2024; 31-05-2024; 31/05/24; May 31, 2024; 31st May 2024; may 31; 3 may; 2024-02-29
      """
    for text in Self.parts(texts) {
      let span = try #require(HistoryDate.span(text, now: now), "\(text)")
      let day = HistoryDate.day(try checkout.time(text, now: now))
      #expect(HistoryDate.day(span.lowerBound) == day && HistoryDate.day(span.upperBound) == day, "\(text)")
      #expect(HistoryDate.day(span.lowerBound - 1) != day && HistoryDate.day(span.upperBound + 1) != day, "\(text)")
    }
  }

  /// Of these git has other notions, or none.
  @Test func whatPeopleNameBesides() throws {
    for (text, first, last) in [
      ("2024", "2024-01-01", "2024-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
      ("May 2024", "2024-05-01", "2024-05-31"), ("december", "2024-12-01", "2024-12-31"),
      ("20240531", "2024-05-31", "2024-05-31"), ("friday", "2025-05-30", "2025-05-30"),
      ("wednesday", "2025-05-28", "2025-05-28"), ("a week ago", "2025-05-28", "2025-05-28"),
      ("3d", "2025-06-01", "2025-06-01"), ("today", "2025-06-04", "2025-06-04"),
      ("2 hours", "2025-06-04", "2025-06-04"), ("a fortnight ago", "2025-05-21", "2025-05-21"),
      ("3pm", "2025-06-03", "2025-06-03"),
    ] {
      let span = try #require(HistoryDate.span(text, now: now), "\(text)")
      #expect(HistoryDate.day(span.lowerBound) == first && HistoryDate.day(span.upperBound) == last, "\(text)")
    }
    #expect(HistoryDate.span("2024-05-31 +0000") == 1_717_113_600...1_717_199_999)
    #expect(HistoryDate.span("@17") == 17...17)
    #expect(HistoryDate.span("10min", now: now) == now - 600...now - 600)
  }

  @Test func whatIsNoTime() {
    let texts = """
      soon; banana; 2024-13; 2024-05-40; 2023-02-29; 31 april; -5; 3; ago; 3 ago; 99999999999999999999 days; x days ago
      2024-05-31T99:00; @x; next friday; last; last 3; yesterday 2024-05-31; 13pm; 10:00 11:00; 2024-05-31 | rm; may june
      2 weeks ago now; 2024 10:00; 25:00; 2024-05-31 +9900; 0-0-0; 13000 years ago; 2024\u{2013}05\u{2013}31; ٢٠٢٤
      """
    let long = [String(repeating: "12000 years ", count: 20_000), String(repeating: "9", count: 5000)]
    for text in Self.parts(texts) + long + ["", " ", "\u{0}", "@99999999999999999999"] {
      #expect(HistoryDate.span(text) == nil, "\(text.prefix(40))")
    }
  }

  private static func parts(_ texts: String) -> [String] {
    texts.split { $0 == ";" || $0 == "\n" }.map { $0.drop { $0 == " " } }.map(String.init)
  }
}
