// A small HTTP/1.1 server on the loopback interface: one thread for each connection, a bounded number of them.

import Dispatch
import Foundation
import Synchronization

/// What a route does with a request.
enum Reply: Sendable {
    case whole(Response)
    /// The start of a response, then whatever the closure writes until it returns.
    case stream(Response, @Sendable (_ write: (Data) -> Bool) -> Void)
}

/// Accepts connections until it is stopped.
final class HTTPServer: Sendable {
    /// More connections than a few browser tabs need are refused.
    static let connectionLimit = 64
    /// Seconds until an idle or slow connection is closed.
    static let readingLimit = 60
    static let writingLimit = 15

    private let listener: Socket
    private let handle: @Sendable (Request) -> Reply
    private let connections = Mutex<[ObjectIdentifier: Socket]>([:])
    private let isStopped = Mutex(false)
    private let threads = DispatchGroup()

    var port: UInt16 { listener.port }

    /// Listens at once; requests that come before `start` wait.
    init(port: UInt16, handle: @escaping @Sendable (Request) -> Reply) throws {
        listener = try Socket.listening(on: port)
        self.handle = handle
    }

    func start() {
        thread(named: "accept") { [self] in
            while let socket = listener.accept() { admit(socket) }
        }
    }

    /// Closes everything and waits until all threads are done.
    func stop() {
        isStopped.withLock { $0 = true }
        listener.shutdown()
        connections.withLock { $0.values.forEach { $0.shutdown() } }
        threads.wait()
    }

    private func thread(named name: String, _ body: @escaping @Sendable () -> Void) {
        threads.enter()
        let thread = Thread { [threads] in
            body()
            threads.leave()
        }
        thread.name = name
        thread.start()
    }

    private func admit(_ socket: Socket) {
        let isAdmitted = connections.withLock { open in
            guard open.count < Self.connectionLimit else { return false }
            open[ObjectIdentifier(socket)] = socket
            return true
        }
        socket.limitWaiting(reading: Self.readingLimit, writing: Self.writingLimit)
        guard isAdmitted else {
            _ = socket.write(Response.text(503, "Too many connections are open.").bytes(keepsAlive: false))
            return
        }
        // A connection that came while stopping may have missed the shutdown of all others.
        if isStopped.withLock({ $0 }) { socket.shutdown() }
        thread(named: "connection") { [self] in
            serve(socket)
            _ = connections.withLock { $0.removeValue(forKey: ObjectIdentifier(socket)) }
            socket.shutdown()
        }
    }

    private func serve(_ socket: Socket) {
        var parser = RequestParser()
        while true {
            do {
                guard let request = try readRequest(socket, &parser) else { return }
                guard answer(request, on: socket) else { return }
            } catch let problem as RequestProblem {
                _ = socket.write(Response.text(problem.status, problem.sentence).bytes(keepsAlive: false))
                return
            } catch {
                return
            }
        }
    }

    /// Nil when the connection is over. A request has to be whole within the reading limit, however slowly it drips.
    private func readRequest(_ socket: Socket, _ parser: inout RequestParser) throws -> Request? {
        var started: ContinuousClock.Instant?
        while true {
            if let request = try parser.next() { return request }
            if let started, ContinuousClock.now - started > .seconds(Self.readingLimit) { return nil }
            guard let bytes = socket.read() else { return nil }
            parser.append(bytes)
            started = started ?? .now
        }
    }

    /// Whether the connection can be used again.
    private func answer(_ request: Request, on socket: Socket) -> Bool {
        switch handle(request) {
        case .whole(let response):
            let keepsAlive = request.keepsAlive
            return socket.write(response.bytes(keepsAlive: keepsAlive)) && keepsAlive
        case .stream(let start, let write):
            if socket.write(start.streamStart) { write { socket.write($0) } }
            return false
        }
    }
}
