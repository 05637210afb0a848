// Menus of the menu bar.

@MainActor @preconcurrency
public protocol Commands {
    associatedtype Body: Commands
    @CommandsBuilder @MainActor @preconcurrency var body: Body { get }
}

extension Never: Commands {}

extension Commands where Body == Never {
    @_disfavoredOverload
    public var body: Never { fatalError("\(Self.self) has no body") }
}

/// Commands that say by themselves what they add to the menu bar.
@MainActor
protocol PrimitiveCommands: Commands where Body == Never {
    func entries(_ context: RenderContext) -> [MenuEntry]
}

/// Items for one place of the menu bar.
package struct MenuEntry {
    package enum Position {
        case before
        case after
        case replacing
    }

    package let menu: String
    /// The standard items that it stands at; nil for a menu of the app's own.
    package var placement: CommandGroupPlacement?
    package var position = Position.after
    package let items: [Node]
}

extension RenderContext {
    package func resolve(commands: any Commands) -> [MenuEntry] {
        if let primitive = commands as? any PrimitiveCommands { return primitive.entries(self) }
        func open<C: Commands>(_ commands: C) -> [MenuEntry] {
            link(commands)
            return child(.content).resolve(commands: commands.body)
        }
        return open(commands)
    }
}

@resultBuilder
public struct CommandsBuilder {
    public static func buildExpression<Content: Commands>(_ content: Content) -> Content { content }

    public static func buildBlock<Content: Commands>(_ content: Content) -> Content { content }

    @MainActor
    public static func buildBlock<each Content: Commands>(_ content: repeat each Content) -> some Commands {
        var all: [any Commands] = []
        repeat all.append(each content)
        return CommandTuple(all: all)
    }
}

private struct CommandTuple: Commands, PrimitiveCommands {
    let all: [any Commands]

    func entries(_ context: RenderContext) -> [MenuEntry] {
        all.enumerated().flatMap { context.child(.index($0.offset)).resolve(commands: $0.element) }
    }
}

/// A group of standard menu items.
public struct CommandGroupPlacement: Hashable, Sendable {
    package let menu: String
    package let name: String

    public static let appInfo = Self(menu: "App", name: "appInfo")
    public static let appSettings = Self(menu: "App", name: "appSettings")
    public static let newItem = Self(menu: "File", name: "newItem")
    public static let saveItem = Self(menu: "File", name: "saveItem")
    public static let importExport = Self(menu: "File", name: "importExport")
    public static let pasteboard = Self(menu: "Edit", name: "pasteboard")
    public static let textEditing = Self(menu: "Edit", name: "textEditing")
    public static let sidebar = Self(menu: "View", name: "sidebar")
    public static let toolbar = Self(menu: "View", name: "toolbar")
    public static let windowList = Self(menu: "Window", name: "windowList")
    public static let help = Self(menu: "Help", name: "help")
}

/// Items beside, or instead of, standard ones.
public struct CommandGroup<Content: View>: Commands, PrimitiveCommands {
    private let placement: CommandGroupPlacement
    private let position: MenuEntry.Position
    private let content: Content

    public init(before placement: CommandGroupPlacement, @ViewBuilder addition: () -> Content) {
        self.init(.before, placement, addition)
    }

    public init(after placement: CommandGroupPlacement, @ViewBuilder addition: () -> Content) {
        self.init(.after, placement, addition)
    }

    public init(replacing placement: CommandGroupPlacement, @ViewBuilder addition: () -> Content) {
        self.init(.replacing, placement, addition)
    }

    private init(_ position: MenuEntry.Position, _ placement: CommandGroupPlacement, _ content: () -> Content) {
        self.position = position
        self.placement = placement
        self.content = content()
    }

    func entries(_ context: RenderContext) -> [MenuEntry] {
        let items = context.resolve(content).asMenu()
        return [MenuEntry(menu: placement.menu, placement: placement, position: position, items: items)]
    }
}

/// A menu of the app's own.
public struct CommandMenu<Content: View>: Commands, PrimitiveCommands {
    private let name: String
    private let content: Content

    public init(_ key: LocalizedStringKey, @ViewBuilder content: () -> Content) {
        name = key.text
        self.content = content()
    }

    func entries(_ context: RenderContext) -> [MenuEntry] {
        [MenuEntry(menu: name, items: context.resolve(content).asMenu())]
    }
}

/// Show or hide the sidebar.
public struct SidebarCommands: Commands, PrimitiveCommands {
    nonisolated public init() {}

    func entries(_ context: RenderContext) -> [MenuEntry] {
        let item = context.node(.button, "Toggle Sidebar")
        item.shortcut = KeyboardShortcut("s", modifiers: [.control, .command]).symbols
        let toggle = context.host.toggleSidebar
        item.isEnabled = toggle != nil
        item.action = toggle
        return [MenuEntry(menu: "View", placement: .sidebar, items: [item])]
    }
}
