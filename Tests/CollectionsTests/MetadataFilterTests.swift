import AkinCollections
import Testing

@Suite struct MetadataFilterTests {
  static let metadata: [String: MetadataValue] = [
    "year": .number(2001), "lang": .string("swift"), "draft": .bool(true),
  ]

  static let cases: [(String, MetadataFilter.Comparison, Bool)] = [
    ("year", .equal(.number(2001)), true), ("year", .equal(.string("2001")), false),
    ("year", .less(.number(2002)), true), ("year", .less(.number(2001)), false),
    ("year", .lessOrEqual(.number(2001)), true), ("year", .greater(.number(2000)), true),
    ("year", .greaterOrEqual(.number(2001)), true), ("year", .greater(.string("a")), false),
    ("lang", .less(.string("tcl")), true), ("lang", .oneOf([.string("c"), .string("swift")]), true),
    ("lang", .oneOf([]), false), ("draft", .equal(.bool(true)), true), ("draft", .less(.bool(false)), false),
    ("none", .equal(.number(1)), false), ("none", .notEqual(.number(1)), true), ("none", .less(.number(1)), false),
    ("none", .exists(false), true), ("lang", .exists(true), true), ("lang", .notEqual(.string("swift")), false),
  ]

  @Test(arguments: cases.indices)
  func comparison(index: Int) {
    let (key, comparison, expected) = Self.cases[index]
    let filter = MetadataFilter(conditions: [.init(key: key, comparison: comparison)])
    #expect(filter.matches(Self.metadata) == expected, "\(key) \(comparison)")
  }

  @Test func allConditionsMustHold() {
    let both = MetadataFilter(conditions: [
      .init(key: "lang", comparison: .equal(.string("swift"))), .init(key: "year", comparison: .less(.number(2000))),
    ])
    #expect(!both.matches(Self.metadata))
    #expect(MetadataFilter(conditions: []).matches([:]))
  }
}
