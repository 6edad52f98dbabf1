#if Libvirt
internal import CLibvirt

/// One of libvirt's typed parameters.
public enum TypedValue: Sendable, Equatable {
    /// A signed number.
    case signed(Int64)
    /// An unsigned number.
    case unsigned(UInt64)
    /// A number with a fraction.
    case fraction(Double)
    /// Yes or no.
    case boolean(Bool)
    /// A text.
    case text(String)

    /// The value as a whole number; nil when it is none or does not fit.
    public var integer: Int64? {
        switch self {
        case .signed(let value): value
        case .unsigned(let value): Int64(exactly: value)
        case .fraction, .boolean, .text: nil
        }
    }

    /// Reads an array of parameters; those of a type that is not known are left out.
    static func read(_ parameters: UnsafePointer<virTypedParameter>?, count: Int32) -> [String: TypedValue] {
        var values: [String: TypedValue] = [:]
        guard let parameters else { return values }
        for index in 0..<Int(count) {
            let parameter = parameters[index]
            let name = withUnsafeBytes(of: parameter.field) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            values[name] = TypedValue(parameter)
        }
        return values
    }

    private init?(_ parameter: virTypedParameter) {
        switch UInt32(bitPattern: parameter.type) {
        case VIR_TYPED_PARAM_INT.rawValue: self = .signed(Int64(parameter.value.i))
        case VIR_TYPED_PARAM_UINT.rawValue: self = .unsigned(UInt64(parameter.value.ui))
        case VIR_TYPED_PARAM_LLONG.rawValue: self = .signed(parameter.value.l)
        case VIR_TYPED_PARAM_ULLONG.rawValue: self = .unsigned(parameter.value.ul)
        case VIR_TYPED_PARAM_DOUBLE.rawValue: self = .fraction(parameter.value.d)
        case VIR_TYPED_PARAM_BOOLEAN.rawValue: self = .boolean(parameter.value.b != 0)
        case VIR_TYPED_PARAM_STRING.rawValue:
            guard let text = parameter.value.s else { return nil }
            self = .text(String(cString: text))
        default: return nil
        }
    }
}
#endif
