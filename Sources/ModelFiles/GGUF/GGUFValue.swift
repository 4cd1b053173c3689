/// A value of a GGUF key, by the types of the format (ggml/docs/gguf.md in ggml's repository).
public enum GGUFValue: Sendable, Equatable {
  case uint8(UInt8)
  case int8(Int8)
  case uint16(UInt16)
  case int16(Int16)
  case uint32(UInt32)
  case int32(Int32)
  case float32(Float)
  case bool(Bool)
  case string(String)
  case uint64(UInt64)
  case int64(Int64)
  case float64(Double)
  /// Values of one type; `element` is that type, which an empty array has too.
  case array(element: ElementType, values: [GGUFValue])

  /// The number of a type in the file.
  public enum ElementType: UInt32, Sendable, CaseIterable {
    case uint8 = 0
    case int8 = 1
    case uint16 = 2
    case int16 = 3
    case uint32 = 4
    case int32 = 5
    case float32 = 6
    case bool = 7
    case string = 8
    case array = 9
    case uint64 = 10
    case int64 = 11
    case float64 = 12

    /// The fewest bytes a value can take in a file: counts are checked against it before anything is allocated.
    var minimumBytes: Int {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64, .string: 8
      case .array: 12
      }
    }
  }

  /// An array of strings.
  public static func strings(_ values: [String]) -> GGUFValue {
    .array(element: .string, values: values.map { .string($0) })
  }

  /// An array of int32.
  public static func int32s(_ values: [Int32]) -> GGUFValue {
    .array(element: .int32, values: values.map { .int32($0) })
  }

  /// An array of booleans.
  static func bools(_ values: [Bool]) -> GGUFValue {
    .array(element: .bool, values: values.map { .bool($0) })
  }

  /// An array of bytes.
  static func uint8s(_ values: [UInt8]) -> GGUFValue {
    .array(element: .uint8, values: values.map { .uint8($0) })
  }

  /// An array of float32.
  static func float32s(_ values: [Float]) -> GGUFValue {
    .array(element: .float32, values: values.map { .float32($0) })
  }

  /// An array of float64.
  static func float64s(_ values: [Double]) -> GGUFValue {
    .array(element: .float64, values: values.map { .float64($0) })
  }

  /// The type of this value.
  public var type: ElementType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .float32: .float32
    case .bool: .bool
    case .string: .string
    case .uint64: .uint64
    case .int64: .int64
    case .float64: .float64
    case .array: .array
    }
  }
}

/// A tensor to be written.
public struct GGUFTensor: Sendable, Equatable {
  /// Its name, at most 64 bytes of UTF-8 less one.
  public var name: String
  /// Dimensions, outermost first; the writer reverses them as the format asks.
  public var shape: [Int]
  /// How `bytes` are stored.
  public var type: TensorType
  /// The values, little-endian.
  public var bytes: [UInt8]

  /// Stores the values as they are given; the writer checks them.
  public init(name: String, shape: [Int], type: TensorType, bytes: [UInt8]) {
    self.name = name
    self.shape = shape
    self.type = type
    self.bytes = bytes
  }
}
