// POSIX sockets on the loopback interface.

import Foundation
import Glibc

/// Why the host can't listen.
public struct SocketError: Error, CustomStringConvertible {
    public let description: String

    /// Of the system call that just failed.
    init(port: UInt16) {
        let reason = String(cString: strerror(errno))
        description = "Port \(port) can't be used (\(reason)): choose another one, or 0 for any that is free."
    }
}

/// A socket of ours. Closed exactly once; shutting it down from another thread wakes whoever waits on it.
final class Socket: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { _ = Glibc.close(descriptor) }

    /// Listens on 127.0.0.1; port 0 takes any free one.
    static func listening(on port: UInt16) throws -> Socket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError(port: port) }
        let socket = Socket(descriptor)
        socket.set(SO_REUSEADDR, Int32(1))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0 else { throw SocketError(port: port) }
        guard listen(descriptor, 64) == 0 else { throw SocketError(port: port) }
        return socket
    }

    /// The port of this end.
    var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Waits for a connection; nil once this socket was shut down.
    func accept() -> Socket? {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                return Socket(connection)
            }
            // The other side may be gone already, or we are out of descriptors for a moment.
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(50_000)
            default: return nil
            }
        }
    }

    /// Bounds every later read and write, in seconds.
    func limitWaiting(reading: Int, writing: Int) {
        set(SO_RCVTIMEO, timeval(tv_sec: reading, tv_usec: 0))
        set(SO_SNDTIMEO, timeval(tv_sec: writing, tv_usec: 0))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Some bytes; nil at the end, after the time limit and on errors.
    func read() -> Data? {
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            if count > 0 { return Data(bytes.prefix(count)) }
            if count < 0, errno == EINTR { continue }
            return nil
        }
    }

    /// Writes everything; false when the other side is gone or doesn't read.
    func write(_ data: Data) -> Bool {
        data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                let count = send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
    }

    /// Ends reading and writing, also for threads that wait in them.
    func shutdown() { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func set<Value: BitwiseCopyable>(_ option: Int32, _ value: Value) {
        _ = withUnsafeBytes(of: value) { bytes in
            setsockopt(descriptor, SOL_SOCKET, option, bytes.baseAddress, socklen_t(bytes.count))
        }
    }
}
