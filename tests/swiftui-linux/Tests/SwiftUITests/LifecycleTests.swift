// What runs when views come, go and see values change.

import Testing
import ViewTesting

@MainActor
@Observable
private final class Log {
    var isShown = true
    var value = 1
    @ObservationIgnored var lines: [String] = []
    @ObservationIgnored var started = 0
    @ObservationIgnored var cancelled = 0

    func run() async {
        started += 1
        while !Task.isCancelled { await Task.yield() }
        cancelled += 1
    }
}

@MainActor
struct LifecycleTests {
    private let log = Log()

    @Test func viewsAppearOnceAndDisappearOnce() {
        struct Parent: View {
            let log: Log
            var body: some View {
                Text("\(log.value)")
                if log.isShown {
                    Text("child")
                        .onAppear { log.lines.append("first") }
                        .onAppear { log.lines.append("second") }
                        .onDisappear { log.lines.append("gone") }
                }
            }
        }
        let screen = Screen(Parent(log: log))
        _ = screen.nodes
        log.value = 2
        _ = screen.nodes
        #expect(log.lines == ["first", "second"])
        log.isShown = false
        _ = screen.nodes
        #expect(log.lines == ["first", "second", "gone"])
        screen.close()
        #expect(log.lines.count == 3)
    }

    @Test func aTaskIsCancelledWithItsView() async throws {
        struct Parent: View {
            let log: Log
            var body: some View {
                if log.isShown { Text("working").task { await log.run() } }
            }
        }
        let screen = Screen(Parent(log: log))
        try await screen.wait(for: "the task") { _ in log.started == 1 }
        log.isShown = false
        try await screen.wait(for: "the cancellation") { _ in log.cancelled == 1 }
    }

    @Test func aTaskStartsAgainWithAnotherID() async throws {
        struct Parent: View {
            let log: Log
            var body: some View { Text("\(log.value)").task(id: log.value) { await log.run() } }
        }
        let screen = Screen(Parent(log: log))
        try await screen.wait(for: "the task") { _ in log.started == 1 }
        log.value = 2
        try await screen.wait(for: "the second task") { _ in log.started == 2 && log.cancelled == 1 }
        screen.close()
        try await screen.wait(for: "its end") { _ in log.cancelled == 2 }
    }

    @Test func aChangeTellsTheOldAndTheNewValue() {
        struct Parent: View {
            let log: Log
            var body: some View {
                Text("x")
                    .onChange(of: log.value) { old, new in log.lines.append("\(old)→\(new)") }
                    .onChange(of: log.value, initial: true) { log.lines.append("now \(log.value)") }
            }
        }
        let screen = Screen(Parent(log: log))
        _ = screen.nodes
        #expect(log.lines == ["now 1"])
        log.value = 5
        _ = screen.nodes
        #expect(log.lines == ["now 1", "1→5", "now 5"])
    }

    @Test func anAnnouncementIsHeardByItsScreen() {
        struct Speaker: View {
            let log: Log
            var body: some View {
                Text("x").onChange(of: log.value) { AccessibilityNotification.Announcement("changed").post() }
            }
        }
        let screen = Screen(Speaker(log: log))
        #expect(screen.announcements == [])
        log.value = 2
        #expect(screen.announcements == ["changed"])
    }
}

@MainActor
struct EnvironmentTests {
    @Observable
    final class Account {
        var name = "Ada"
    }

    struct Leaf: View {
        @Environment(\.depth) private var depth
        @Environment(\.isEnabled) private var isEnabled
        @Environment(Account.self) private var account: Account?

        var body: some View { Text("\(depth) \(isEnabled ? "on" : "off") \(account?.name ?? "nobody")") }
    }

    @Test func valuesAndObjectsReachTheViewsInside() {
        let screen = Screen(
            VStack {
                Leaf()
                VStack { Leaf().environment(\.depth, 2) }.environment(\.depth, 1).environment(Account()).disabled(true)
            }
        )
        #expect(screen.texts == ["0 on nobody", "2 off Ada"])
    }

    @Test func nothingInsideADisabledViewCanBeEnabled() throws {
        let screen = Screen(VStack { Button("Go") {}.disabled(false) }.disabled(true))
        #expect(try !screen.find(.button, "Go").isEnabled)
        #expect(throws: ScreenError.self) { try screen.press("Go") }
    }

    @Test func actionsInTheEnvironmentAreRecorded() throws {
        struct Opener: View {
            @Environment(\.openWindow) private var openWindow
            @Environment(\.openSettings) private var openSettings
            @Environment(\.dismiss) private var dismiss

            var body: some View {
                Button("Window") { openWindow(id: "main") }
                Button("Settings") { openSettings() }
                Button("Close") { dismiss() }
            }
        }
        let screen = Screen(Opener())
        for name in ["Window", "Settings", "Close"] { try screen.press(name) }
        #expect(screen.openedWindows == ["main"])
        #expect(screen.didOpenSettings)
        #expect(screen.isDismissed)
    }
}

extension EnvironmentValues {
    @Entry fileprivate var depth: Int = 0
}
