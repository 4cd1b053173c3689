// The C library, under whatever name the system has it: who imports Platform has it, and no other room imports it itself.

#if canImport(Darwin)
  @_exported import Darwin
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Glibc
#endif
