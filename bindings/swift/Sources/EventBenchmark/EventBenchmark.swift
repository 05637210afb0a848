// What one event costs from Rust to Swift: `scripts/bench` runs it. A rival reads the same log in Rust.
import AtelierCore
import AtelierKit
import Foundation
import ModelServer

@main
enum EventBenchmark {
    static func main() async throws {
        let place = try BenchmarkPlace()
        defer { place.remove() }
        try await replay(at: place)
        try await stream(at: place)
    }

    /// A log of events that can't be merged, read from the first to the last.
    private static func replay(at place: BenchmarkPlace) async throws {
        let blocks = 100_000
        // Each block is a message of its own: started, delta, finished.
        let block = #"{"text": ["eight by"]}"#
        try await place.server.script(default: FakeModelServer.message(Array(repeating: block, count: blocks)))
        let client = try await place.open()
        let session = try await client.finishedTurn()
        var (ours, rivals, events): ([Double], [Double], Int) = ([], [], 0)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            events = try await client.readAll(session).events
            ours.append((ContinuousClock.now - start) / Duration.microseconds(1))
            rivals.append(try place.readInRust(session))
        }
        let count = Double(events)
        let (swift, rust) = (ours.sorted()[2] / count, rivals.sorted()[2] / count)
        print("\n\(events) events that can't be merged, pulled in batches of up to 256, median of 5:")
        row("read in Swift", "\(swift.shown) µs an event")
        row("the same log read in Rust", "\(rust.shown) µs an event")
        row("crossing to Swift", "\((swift - rust).shown) µs an event, \((swift / rust).shown) times the Rust reader")
        try await client.close()
    }

    /// An answer of a million deltas as it is streamed, with no reader, an eager one, and one that paces itself.
    private static func stream(at place: BenchmarkPlace) async throws {
        let deltas = 1_000_000
        try await place.server.answer(#"{"deltas": {"count": \#(deltas), "text": "eight by"}}"#)
        print("\n\(deltas) deltas streamed from the server; what the Swift reader adds to the processor time:")
        let client = try await place.open()
        var alone = 0.0
        for reader in Reader.allCases {
            let (start, processor) = (ContinuousClock.now, processorSeconds())
            let tally = try await client.streamedTurn(reader)
            let (wall, used) = ((ContinuousClock.now - start) / Duration.seconds(1), processorSeconds() - processor)
            if reader == .none { alone = used }
            let perDelta = (used - alone) / Double(deltas) * 1_000_000
            let added = reader == .none ? "" : ", adds \(perDelta.shown) µs a delta"
            let counts = "\(tally.batches) batches, \(tally.events) events"
            row(reader.rawValue, "\(wall.shown) s, processor \(used.shown) s, \(counts)\(added)")
            if reader != .none, tally.bytes != deltas * 8 { throw BenchmarkFailure("only \(tally.bytes) bytes came") }
        }
        try await client.close()
    }

    private static func row(_ name: String, _ text: String) {
        print("  \(name.padding(toLength: 28, withPad: " ", startingAt: 0)) \(text)")
    }

    /// Processor time of this process, all threads, the core's included.
    private static func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}

/// How a streamed answer is read.
enum Reader: String, CaseIterable {
    case none = "no reader"
    case eager = "reader, batch after batch"
    case paced = "reader, a batch each 16 ms"
}

/// What a reader has read.
struct Tally {
    var batches = 0
    var events = 0
    var bytes = 0

    /// The end of the turn has come.
    var isAtRest = false

    mutating func add(_ batch: [SessionEvent], of answer: MessageID) {
        batches += 1
        events += batch.count
        for event in batch {
            if case .messageDelta(answer, let text) = event.body { bytes += text.utf8.count }
        }
        isAtRest = batch.last?.body == .stateChanged(state: .idle)
    }
}

extension LiveClient {
    /// The prompt is message 1, what is measured is message 2.
    private static var answer: MessageID { 2 }

    /// Runs a turn that nobody reads, to its end.
    func finishedTurn() async throws -> SessionID {
        let session = try await createSession().id
        try await send("Go", to: session)
        while try await sessions().first(where: { $0.id == session })?.state != .idle {
            try await Task.sleep(for: .milliseconds(20))
        }
        return session
    }

    func readAll(_ session: SessionID, pause: Duration? = nil) async throws -> Tally {
        var tally = Tally()
        for try await batch in events(of: session, after: 0) {
            tally.add(batch, of: Self.answer)
            if tally.isAtRest { break }
            if let pause { try await Task.sleep(for: pause) }
        }
        return tally
    }

    func streamedTurn(_ reader: Reader) async throws -> Tally {
        guard reader != .none else {
            _ = try await finishedTurn()
            return Tally()
        }
        let session = try await createSession().id
        try await send("Go", to: session)
        return try await readAll(session, pause: reader == .paced ? .milliseconds(16) : nil)
    }
}

extension Double {
    /// To three digits or so, enough for a measurement.
    var shown: String { String(format: self < 10 ? "%.3f" : "%.1f", self) }
}
