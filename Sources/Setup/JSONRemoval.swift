/// Taking an entry out of a JSON text that a program has written anew in its own style since the entry was put in: the bytes are
/// others, the meaning is not.
package struct JSONRemoval {
  /// The way to what was put in, and the member's name; nil for an element of an array.
  let path: [String]
  let name: String?
  /// What was put in, with the objects that were made for it.
  private let written: String

  package init(_ insertion: Insertion, at path: [String], name: String?) {
    self.path = path
    self.name = name
    written = JSONLine.compact(insertion.bytes)
  }

  /// The text without the entry and without the objects that were made for it where they are empty now.
  /// - Returns: nil where it does not have this very entry once, or has comments beside it.
  package func removed(from bytes: [UInt8]) -> [UInt8]? {
    guard let found = place(in: bytes), var rest = cut(found.index, of: found.items, in: found.container, bytes) else {
      return nil
    }
    for depth in path.indices.reversed() {
      let opening = "\"\(path[depth])\": " + (depth == path.count - 1 && name == nil ? "[" : "{")
      guard written.contains(opening), let next = withoutEmpty(depth, in: rest) else { break }
      rest = next
    }
    return rest
  }

  /// The container of the entry, all that is in it, and which of that the entry is.
  private func place(in bytes: [UInt8]) -> (container: Range<Int>, items: [Range<Int>], index: Int)? {
    guard let value = value(at: path[...], in: bytes) else { return nil }
    switch value.kind {
    case .object(let members):
      let indices = members.indices.filter { index in
        members[index].name == name
          && written.contains("\"\(members[index].name)\": " + JSONLine.compact(bytes[members[index].value.range]))
      }
      guard indices.count == 1 else { return nil }
      return (value.range, members.map { $0.start..<$0.value.range.upperBound }, indices[0])
    case .array(let items):
      guard name == nil else { return nil }
      let indices = items.indices.filter { index in
        if case .object = items[index].kind {
          written.contains(JSONLine.compact(bytes[items[index].range]))
        } else {
          false
        }
      }
      guard indices.count == 1 else { return nil }
      return (value.range, items.map(\.range), indices[0])
    case .scalar: return nil
    }
  }

  private func value(at path: ArraySlice<String>, in bytes: [UInt8]) -> JSONText.Value? {
    guard var value = (try? JSONText(bytes))?.root else { return nil }
    for key in path {
      guard case .object(let members) = value.kind else { return nil }
      let found = members.filter { $0.name == key }
      guard found.count == 1 else { return nil }
      value = found[0].value
    }
    return value
  }

  /// Without the member `path[depth]` where it is empty.
  private func withoutEmpty(_ depth: Int, in bytes: [UInt8]) -> [UInt8]? {
    guard let value = value(at: path[...depth], in: bytes), let outer = self.value(at: path[..<depth], in: bytes),
      case .object(let members) = outer.kind, let index = members.firstIndex(where: { $0.name == path[depth] })
    else { return nil }
    let inside = bytes[value.range].dropFirst().dropLast()
    guard inside.allSatisfy(Self.isBlank) else { return nil }
    return cut(index, of: members.map { $0.start..<$0.value.range.upperBound }, in: outer.range, bytes)
  }

  /// Without one item and the comma that it needed.
  private func cut(
    _ index: Int, of items: [Range<Int>], in container: Range<Int>, _ bytes: [UInt8]
  ) -> [UInt8]? {
    let gap: Range<Int>
    let blanks: [Range<Int>]
    if index + 1 < items.count {
      gap = items[index].lowerBound..<items[index + 1].lowerBound
      blanks = [items[index].upperBound..<gap.upperBound]
    } else if index > 0 {
      gap = items[index - 1].upperBound..<items[index].upperBound
      blanks = [gap.lowerBound..<items[index].lowerBound]
    } else {
      gap = container.lowerBound + 1..<container.upperBound - 1
      blanks = [gap.lowerBound..<items[index].lowerBound, items[index].upperBound..<gap.upperBound]
    }
    guard blanks.allSatisfy({ bytes[$0].allSatisfy { Self.isBlank($0) || $0 == UInt8(ascii: ",") } }) else {
      return nil
    }
    return Array(bytes[..<gap.lowerBound] + bytes[gap.upperBound...])
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0A, 0x0D].contains(byte)
  }
}
