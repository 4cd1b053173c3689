import Glibc
import Testing

/// Runs the tests that are linked with it.
@main struct Runner {
  static func main() async {
    showTasks()
    await Testing.__swiftPMEntryPoint() as Never
  }

  /// Lets the sanitizer see what tasks, actors and continuations hand over. The runtime tells a sanitizer of it once it
  /// has been told of the sanitizer, by a call that Darwin's linker routes to it. On Linux an empty function of the same
  /// name in the program comes first, so the call is made here.
  private static func showTasks() {
    let runtime = dlopen("libswiftCore.so", RTLD_NOW | RTLD_NOLOAD)
    guard let symbol = dlsym(runtime, "__tsan_on_initialize") else { fatalError("the runtime knows no sanitizer") }
    unsafeBitCast(symbol, to: (@convention(c) () -> Void).self)()
    let acquire = dlsym(runtime, "_swift_tsan_acquire")?.load(as: UnsafeRawPointer?.self)
    precondition(acquire != nil, "the runtime has not found the sanitizer")
  }
}
