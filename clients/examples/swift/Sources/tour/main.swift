// What README.md shows, as a program: swift run tour FOLDER
import AkinClient
import AkinProtocol

let path = CommandLine.arguments[1]
let lines = AsyncStream<String> { continuation in
  continuation.yield("a line")
  continuation.finish()
}

let akin = AkinClient()  // AkinClient(.akin(model: "bert-base-uncased", precision: "f32"))
let vectors = try await akin.embed(["a cat", "a dog"])  // [[Float]]
let scores = try await akin.similarity([.text("a cat")], [.text("a dog"), .vector(vectors[0])])
let hits = try await akin.search("pets", in: ["a train", "a cat"], count: 1)
for try await vector in akin.embeddings(of: lines) {  // any AsyncSequence of texts, in flat memory
  print(vector.count)
}

// What is kept on disk: folders, and documents by name.
if let notes = CollectionName(folder: path) {  // an absolute path
  let change = try await akin.index(folder: notes) { step in print(step) }
  let places = try await akin.search("how do plants survive", collections: [change.collection])
  print(places.map(\.text))
}

// Every method of the protocol, by its type:
let status = try await akin.request(ServerStatusMethod.self, NoParameters())

print(hits[0].text, scores[0][1], status.methods.keys.sorted())
await akin.close()
