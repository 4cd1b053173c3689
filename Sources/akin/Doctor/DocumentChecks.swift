import Extraction
import JSON

/// What documents are read with, and what keeps their readers from anything else.
struct DocumentChecks {
  var all: [Check] { [reader] + SystemProgram.all.map(program) }

  private var reader: Check {
    switch Extractor.own.confinement() {
    case .failure(let failure):
      return Check(
        name: "documents", outcome: .bad, found: "a web page could not be read: \(failure)",
        advice: "PDF, office files and the like are left out of indexes.")
    case .success(let held):
      let details: JSONObject = ["held": .array(held.map { .string($0) })]
      let missing = Confinement.all.filter { !held.contains($0) }
      guard !missing.isEmpty else {
        return Check(
          name: "documents", found: "read by a process that is confined in all: " + held.joined(separator: ", "),
          details: details)
      }
      return Check(
        name: "documents", outcome: .warning,
        found: "read by a process that is confined by \(held.joined(separator: ", "))",
        advice:
          "This system does not confine by \(missing.joined(separator: ", ")): a document that takes its reader over may do more. See SECURITY.md.",
        details: details)
    }
  }

  private func program(_ program: SystemProgram) -> Check {
    guard let path = program.path else {
      return Check(
        name: program.name, outcome: .warning, found: "not in the system's folders",
        advice: "Install \(program.package) to search PDFs.", details: ["path": .null])
    }
    return Check(name: program.name, found: path, details: ["path": .string(path)])
  }
}
