// The host: an app's scenes, served to a browser on this machine.

import Foundation
import SwiftUI

/// Serves the scenes of an app on the loopback interface until it is stopped.
@MainActor
public final class SceneHost {
    /// Where to open the page. Holds the token.
    public let address: String
    private let app: HostedApp
    private let server: HTTPServer
    private let frames: FrameSignal
    private let refreshing: Task<Void, Never>

    /// At most so many renderings a second.
    private static let frameRate = 30

    /// Mounts the scenes and starts to serve them.
    ///
    /// - Parameters:
    ///   - name: what the app's menu is called.
    ///   - port: the port to listen on; 0 takes any free one.
    ///   - scene: the app's scenes.
    /// - Throws: `SocketError` when the port can't be used.
    public init(name: String, port: UInt16 = 0, scene: some Scene) throws {
        let frames = FrameSignal()
        let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let app = HostedApp(name: name, scene: scene) { change.yield() }
        let routes = Routes(name: name, app: app, frames: frames)
        let server = try HTTPServer(port: port) { routes.answer($0) }
        let token = Gate.makeToken()
        routes.open(Gate(token: token, port: server.port))
        address = "http://127.0.0.1:\(server.port)/?token=\(token)"
        self.app = app
        self.server = server
        self.frames = frames
        refreshing = Task {
            for await _ in changes {
                app.refresh()
                frames.raise()
                try? await Task.sleep(for: .seconds(1) / Self.frameRate)
            }
        }
        server.start()
    }

    /// Shows a notice on the pages until it is clicked or taken back.
    public func show(_ notice: PageNotice) { app.show(notice) }

    public func withdrawNotice(tag: String) { app.withdrawNotice(tag: tag) }

    /// Closes all connections and takes the app off the screen.
    public func stop() async {
        refreshing.cancel()
        frames.stop()
        let server = server
        // The connections' threads may be waiting for the main actor: it has to stay free.
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread {
                server.stop()
                done.resume()
            }
        }
        app.close()
    }
}
