// A server as a child process, for apps: the texts of a list that answer a question. swift run AskServer QUESTION TEXT...
import AkinClient

let akin = AkinClient()  // `akin` on the PATH, or what AKIN names
let arguments = CommandLine.arguments
for hit in try await akin.search(arguments[1], in: Array(arguments[2...]), count: 3) { print(hit.score, hit.text) }
await akin.close()
