// The engine in a program of one's own: how near texts are to the first of them. swift run EmbedTexts TEXT TEXT...
import Encoder
import Engine
import Foundation
import ModelFiles

let texts = Array(CommandLine.arguments.dropFirst())
let store = ModelStore(environment: ProcessInfo.processInfo.environment)
let engine = try Engine.load(EngineOptions(), store: store)  // the default model, which `akin pull` has brought
let vectors = try await engine.embed(EmbedRequest(texts: texts)).vectors  // one a text, of length 1
let scores = try Vectors.scores(left: [vectors[0]], right: vectors, function: .cosine)
for (text, score) in zip(texts, scores[0]) { print(score, text) }
