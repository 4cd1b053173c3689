// Collections in a program of one's own: indexes a folder and asks it. swift run SearchFolder FOLDER QUESTION
import AkinCollections
import Engine
import Foundation
import ModelFiles

let environment = ProcessInfo.processInfo.environment
let (folder, question) = (FilePath.identity(CommandLine.arguments[1]), CommandLine.arguments[2])
let engine = try Engine.load(EngineOptions(), store: ModelStore(environment: environment))
let indexer = Indexer(engine: engine, store: SQLiteCatalog(environment: environment))
let report = try await indexer.update(folder)  // embeds what is new or has changed
let collection = try await indexer.collection(folder, folder: folder)

let vector = try await engine.embed(EmbedRequest(texts: [question])).vectors[0]
let query = CollectionQuery(mode: .hybrid, text: question, vector: vector)
for hit in try await CollectionSearch.search([collection], query) {
  print("\(hit.path ?? hit.key.text):\(hit.span.start.line + 1)\t\(hit.score)")
}
print(report.added, "added,", report.unchanged, "unchanged")
