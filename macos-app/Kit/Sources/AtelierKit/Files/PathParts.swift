// The parts of a path. Paths have slashes between names and none at the end. One that is no UTF-8 stands in double quotes
// with `\303`-like bytes, as git writes it and the core tells it; so does one that begins with a double quote.
import Foundation

extension String {
    /// The folder that it lies in; empty for what lies in no folder.
    public var parentPath: String {
        guard let bytes = quotedBytes else { return lastIndex(of: "/").map { String(self[..<$0]) } ?? "" }
        return bytes.lastIndex(of: slash).map { String(pathBytes: bytes[..<$0]) } ?? ""
    }

    /// What comes after the last slash.
    public var pathName: String { pathNames.last ?? self }

    /// The names between the slashes.
    public var pathNames: [String] {
        guard let bytes = quotedBytes else { return split(separator: "/").map(String.init) }
        return bytes.split(separator: slash).map { String(pathBytes: $0) }
    }

    /// The path of something in this folder; `inner` starts from here. In no folder it is the same.
    public func appendingPath(_ inner: String) -> String {
        guard !isEmpty else { return inner }
        let (bytes, more) = (quotedBytes, inner.quotedBytes)
        if bytes == nil, more == nil { return "\(self)/\(inner)" }
        return String(pathBytes: (bytes ?? Array(utf8)) + [slash] + (more ?? Array(inner.utf8)))
    }

    /// The same path from a folder on; nil where it does not lie in it. All lie in the empty path.
    public func path(in folder: String) -> String? {
        guard !folder.isEmpty else { return self }
        let (bytes, outer) = (quotedBytes, folder.quotedBytes)
        if bytes == nil, outer == nil, !contains("/\"") {
            return hasPrefix(folder + "/") ? String(dropFirst(folder.count + 1)) : nil
        }
        let (all, start) = (bytes ?? Array(utf8), (outer ?? Array(folder.utf8)) + [slash])
        return all.starts(with: start) ? String(pathBytes: all[start.count...]) : nil
    }

    private init(pathBytes bytes: some Collection<UInt8>) {
        if let text = String(validating: bytes, as: UTF8.self), !text.hasPrefix("\"") {
            self = text
        } else {
            self = "\"\(bytes.map(Self.quoted).joined())\""
        }
    }

    private static func quoted(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7E: String(UnicodeScalar(byte))
        default: String(format: "\\%03o", Int(byte))
        }
    }

    /// The bytes of a path in double quotes; nil where it is none as the core tells it.
    private var quotedBytes: [UInt8]? {
        let text = Array(utf8)
        guard text.count >= 2, text.first == quote, text.last == quote else { return nil }
        var bytes: [UInt8] = []
        var rest = text[1..<(text.count - 1)]
        while let byte = rest.popFirst() {
            guard byte != quote else { return nil }
            guard byte == backslash else {
                bytes.append(byte)
                continue
            }
            guard let next = rest.first else { return nil }
            if next == quote || next == backslash {
                bytes.append(next)
                rest.removeFirst()
            } else {
                guard rest.count >= 3, let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
                else {
                    return nil
                }
                bytes.append(value)
                rest.removeFirst(3)
            }
        }
        return bytes
    }
}

private let slash = UInt8(ascii: "/")
private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")
