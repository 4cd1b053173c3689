import AkinServer
import ArgumentParser
import Dispatch
import Platform
import SharedProcess

/// The process behind `akin serve --shared`, which starts it. Not for people.
struct SharedProcessCommand: AsyncParsableCommand {
  static let name = "shared-process"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Serve the sessions of one user on a socket.", shouldDisplay: false)

  @Option(help: "Where to listen.")
  var socket: String
  @OptionGroup var serverOptions: ServerCommandOptions

  func run() async throws {
    guard let address = SharedAddress(socket: socket) else {
      throw ValidationError("--socket takes the path of a .sock file")
    }
    // First of all, while the descriptors of the starter are where it left them.
    let listener = try SharedListener(
      address: address, idleSeconds: serverOptions.sharedIdle,
      maxSessions: serverOptions.limitOptions.limits[.maxSessions])
    // Clients can come from now on, and signals with them.
    let signals = SignalWatch { _ in listener.stop() }
    let services = Services(try serverOptions.options())
    await withCheckedContinuation { ended in
      // A thread of its own: the ones that run tasks are for the sessions.
      DispatchQueue(label: "akin.sessions").async {
        listener.run { socket in
          _ = await Server(input: socket, output: socket, services: services).run()
        }
        ended.resume()
      }
    }
    withExtendedLifetime(signals) { Signals.exit(.success) }
  }
}
