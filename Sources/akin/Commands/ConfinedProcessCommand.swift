import ArgumentParser
import Extraction
import Platform

/// The process that becomes a program of the system, after it has given up everything but a few folders. Started by Akin for git; not for
/// people.
struct ConfinedProcessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Extractor.confinedCommand, abstract: "Run a program that reads nothing but some folders.",
    shouldDisplay: false)

  @Argument(help: "What it reads.")
  var paths: [String] = []
  @Argument(parsing: .postTerminator, help: "The program's path and its words.")
  var program: [String] = []

  func validate() throws {
    if program.isEmpty { throw ValidationError("-- and a program are missing") }
  }

  func run() throws {
    _ = Confinement.begin(.programsWithNull, .git, reading: paths)
    let problem = SpawnedProcess.become(program[0], program)
    throw Failure(.internalError, "\(program[0]) cannot be started (error \(problem))")
  }
}
