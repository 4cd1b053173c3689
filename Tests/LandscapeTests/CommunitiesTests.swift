import Landscape
import Testing

/// Groups of nodes, against what is known of graphs that are known.
@Suite struct CommunitiesTests {
  /// Zachary's karate club (1977), the edges of every text on communities, from 1.
  static let karateClub: [(Int, Int)] = [
    (2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3), (5, 1), (6, 1), (7, 1), (7, 5), (7, 6), (8, 1), (8, 2), (8, 3),
    (8, 4),
    (9, 1), (9, 3), (10, 3), (11, 1), (11, 5), (11, 6), (12, 1), (13, 1), (13, 4), (14, 1), (14, 2), (14, 3), (14, 4),
    (17, 6), (17, 7), (18, 1), (18, 2), (20, 1), (20, 2), (22, 1), (22, 2), (26, 24), (26, 25), (28, 3), (28, 24),
    (28, 25), (29, 3), (30, 24), (30, 27), (31, 2), (31, 9), (32, 1), (32, 25), (32, 26), (32, 29), (33, 3), (33, 9),
    (33, 15), (33, 16), (33, 19), (33, 21), (33, 23), (33, 24), (33, 30), (33, 31), (33, 32), (34, 9), (34, 10),
    (34, 14),
    (34, 15), (34, 16), (34, 19), (34, 20), (34, 21), (34, 23), (34, 24), (34, 27), (34, 28), (34, 29), (34, 30),
    (34, 31),
    (34, 32), (34, 33),
  ]

  static var club: WeightedGraph {
    WeightedGraph(count: 34, edges: karateClub.map { ($0.0 - 1, $0.1 - 1, Float(1)) })
  }

  @Test func theKarateClubHasItsBestDivision() throws {
    let found = try Communities(of: Self.club)
    // The greatest modularity that there is (Brandes and others 2008: 0.4198, four communities).
    #expect(abs(found.modularity(in: Self.club) - 0.419_789_6) < 1e-5)
    #expect(found.count == 4)
    #expect(try Communities(of: Self.club) == found)
  }

  @Test(arguments: [1, 2, 3, 7, 34, 100])
  func asManyAsAreAskedFor(count: Int) throws {
    let found = try Communities(of: Self.club, count: count)
    #expect(found.count == min(count, 34))
    #expect(Set(found.membership) == Set(0..<found.count))
  }

  @Test func theTwoHalvesOfTheClubAreFound() throws {
    let found = try Communities(of: Self.club, count: 2)
    // The two men around whom the club split.
    #expect(found.membership[0] != found.membership[33])
    #expect(found.modularity(in: Self.club) > 0.35)
  }

  @Test func nodesWithoutEdgesStayAlone() throws {
    let graph = WeightedGraph(count: 6, edges: [(0, 1, 1), (3, 4, 1)])
    let found = try Communities(of: graph)
    #expect(found.membership == [0, 0, 1, 2, 2, 3])
    // They are no groups, whatever number is asked for.
    #expect(try Communities(of: graph, count: 1).membership == [0, 0, 1, 0, 0, 2])
    for count in [1, 2, 9] {
      #expect(try Communities(of: WeightedGraph(count: 3, edges: []), count: count).membership == [0, 1, 2])
    }
  }

  @Test func communitiesHangTogether() throws {
    // A ring of thirty cliques of five: each is one.
    var edges: [(Int, Int, Float)] = []
    for clique in 0..<30 {
      for one in 0..<5 { for other in 0..<one { edges.append((clique * 5 + one, clique * 5 + other, 1)) } }
      edges.append((clique * 5, (clique + 1) % 30 * 5 + 1, 1))
    }
    let graph = WeightedGraph(count: 150, edges: edges)
    let found = try Communities(of: graph, resolution: 3)
    #expect(found.count == 30)
    for node in 0..<150 { #expect(found.membership[node] == found.membership[node / 5 * 5]) }
  }
}
