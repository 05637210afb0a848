// The addresses of the host, and what each answers.

import Dispatch
import Foundation
import Synchronization
import ViewHTML

/// What each address answers. Called on the connections' threads.
final class Routes: Sendable {
    private let name: String
    private let app: HostedApp
    private let frames: FrameSignal
    private let gate = Mutex<Gate?>(nil)

    @MainActor
    init(name: String, app: HostedApp, frames: FrameSignal) {
        self.name = name
        self.app = app
        self.frames = frames
    }

    func open(_ gate: Gate) { self.gate.withLock { $0 = gate } }

    func answer(_ request: Request) -> Reply {
        guard let gate = gate.withLock({ $0 }) else { return .whole(.text(503, "The host is starting.")) }
        if let refusal = gate.refusal(of: request) { return .whole(refusal) }
        switch (request.path, request.method) {
        case ("/", "GET"): return .whole(page())
        case ("/frames", "GET"): return stream(to: request.query["page"] ?? "")
        case ("/events", "POST"): return .whole(events(request))
        case ("/", _), ("/frames", _), ("/events", _): return .whole(.text(405, "This can't be done here."))
        default: return .whole(.text(404, "There is nothing here."))
        }
    }

    private func page() -> Response {
        let desktop = onMainActor { [app] in app.desktop }
        let nonce = Gate.makeToken()
        return Response(
            status: 200,
            headers: [
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": DesktopPage.contentPolicy(nonce: nonce),
            ],
            body: Data(DesktopPage.document(title: name, desktop: desktop, nonce: nonce).utf8)
        )
    }

    private func events(_ request: Request) -> Response {
        guard request.headers["content-type"]?.hasPrefix("application/json") == true else {
            return .text(415, "Events are sent as JSON.")
        }
        do {
            let batch = try JSONDecoder().decode(PageEvents.self, from: request.body)
            let replies = onMainActor { [app] in await app.handle(batch) }
            return try .json(replies)
        } catch {
            return .text(400, "These events can't be read.")
        }
    }

    /// Server-sent events until the page is gone or the host stops.
    private func stream(to page: String) -> Reply {
        let start = Response(status: 200, headers: ["Content-Type": "text/event-stream"])
        return .stream(start) { [self] write in
            var cursor = FrameCursor()
            var seen = -1
            while let generation = frames.wait(after: seen, seconds: 15) {
                let isNew = generation != seen
                seen = generation
                guard isNew, let frame = cursor.frame(snapshot(for: page)) else {
                    // Nothing for a while: finds out whether the page is still there.
                    if isNew || write(Data(": still here\n\n".utf8)) { continue }
                    break
                }
                guard let json = try? JSONEncoder().encode(frame) else { break }
                if !write(Data("data: ".utf8) + json + Data("\n\n".utf8)) { break }
            }
        }
    }

    private func snapshot(for page: String) -> FrameCursor.Snapshot {
        onMainActor { [app] in
            FrameCursor.Snapshot(
                desktop: app.desktop,
                title: app.frontTitle,
                acknowledged: app.shownEvents[page] ?? 0,
                announcements: app.announcements
            )
        }
    }
}

/// Runs something on the main actor while this thread, which belongs to one connection, waits.
private func onMainActor<Value: Sendable>(_ body: @escaping @MainActor @Sendable () async -> Value) -> Value {
    let done = DispatchSemaphore(value: 0)
    let box = ResultBox<Value>()
    Task { @MainActor in
        let result = await body()
        box.result.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    guard let result = box.result.withLock({ $0 }) else { preconditionFailure("The main actor gave no result.") }
    return result
}

/// Carries a result from one thread to another.
private final class ResultBox<Value: Sendable>: Sendable {
    let result = Mutex<Value?>(nil)
}
