// Starts the development host: Atelier's scenes over the real core, at an address on this machine.

import AtelierCore
import AtelierKit
import AtelierUI
import Dispatch
import Foundation
import SwiftUI
import ViewHosting

@main
struct HostedApp {
    static func main() async {
        do {
            try await run(port: try port(from: CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    /// Hosts the app until a signal says to stop. The one line on standard output is the address.
    @MainActor
    private static func run(port: UInt16) async throws {
        let stopSignals = StopSignals()
        let core = OpenCore()
        let notifier = PageNotifier()
        let launch = LaunchModel(notifier: notifier) { try await core.open() }
        let scenes = AtelierScenes(launch: launch, wheel: { view, turned in AnyView(view._onWheel(turned)) })
        let host = try SceneHost(name: "Atelier", port: port, scene: scenes)
        notifier.host = host
        print(host.address)
        fflush(nil)
        await stopSignals.first()
        await host.stop()
        try await core.close()
    }

    private static func port(from arguments: ArraySlice<String>) throws -> UInt16 {
        switch Array(arguments) {
        case []: return 0
        case let words where words.count == 2 && words[0] == "--port":
            guard let port = UInt16(words[1]) else { throw UsageError() }
            return port
        default: throw UsageError()
        }
    }
}

/// The command line can't be understood.
struct UsageError: Error, CustomStringConvertible {
    let description = "Usage: hosted-app [--port NUMBER], with a number from 0 (any free port) to 65535."
}

/// The core, opened when the app asks for it and closed before the process ends.
actor OpenCore {
    private var client: LiveClient?

    func open() async throws -> any WorkbenchClient {
        let opened = try await LiveClient.open()
        client = opened
        return opened
    }

    func close() async throws { try await client?.close() }
}

/// Waits for SIGINT or SIGTERM.
@MainActor
final class StopSignals {
    private let signals: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (signals, arrived) = AsyncStream.makeStream(of: Void.self)
        self.signals = signals
        sources = [SIGINT, SIGTERM].map { number in
            // The source sees the signal all the same; without this the process would end at once.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { arrived.yield() }
            source.resume()
            return source
        }
    }

    func first() async {
        for await _ in signals { return }
    }
}
