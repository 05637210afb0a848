// What VoiceOver says.

public struct AccessibilityTraits: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let isHeader = Self(rawValue: 2)
    public static let isSelected = Self(rawValue: 4)
    public static let updatesFrequently = Self(rawValue: 8)
}

public struct AccessibilityChildBehavior: Hashable, Sendable {
    let name: String

    public static let ignore = Self(name: "ignore")
    public static let contain = Self(name: "contain")
    public static let combine = Self(name: "combine")
}

extension View {
    public func accessibilityLabel(_ label: Text) -> some View {
        accessibility { node in
            node.visibleText = node.visibleText ?? node.label
            node.label = label.content
        }
    }

    public func accessibilityLabel(_ key: LocalizedStringKey) -> some View { accessibilityLabel(Text(key)) }

    @_disfavoredOverload
    public func accessibilityLabel<S: StringProtocol>(_ label: S) -> some View { accessibilityLabel(Text(label)) }

    public func accessibilityValue(_ value: Text) -> some View { accessibility { $0.value = value.content } }

    @_disfavoredOverload
    public func accessibilityValue<S: StringProtocol>(_ value: S) -> some View { accessibilityValue(Text(value)) }

    public func accessibilityIdentifier(_ identifier: String) -> some View {
        accessibility { $0.identifier = identifier }
    }

    public func accessibilityHidden(_ hidden: Bool) -> some View { eachNode { $0.isHidden = hidden } }

    public func accessibilityAddTraits(_ traits: AccessibilityTraits) -> some View {
        accessibility { $0.traits.formUnion(traits) }
    }

    /// Makes one element of a view's children: `combine` reads their texts, `ignore` needs a label of its own.
    public func accessibilityElement(children: AccessibilityChildBehavior = .ignore) -> some View {
        accessibility { node in
            if children == .combine { node.label = Node.text(of: [node]) }
        }
    }

    private func accessibility(_ change: @escaping (Node) -> Void) -> some View {
        changingNodes { nodes, context in
            let node = context.single(nodes)
            change(node)
            return [node]
        }
    }
}

/// What is said to people who use VoiceOver, without being asked.
public enum AccessibilityNotification {
    public struct Announcement {
        private let text: String

        public init(_ announcement: AttributedString) { text = String(announcement.characters) }

        public init(_ announcement: String) { text = announcement }

        /// Says it. Heard by the screen that is being evaluated, which is where `onChange` and `onAppear` run.
        @MainActor
        public func post() { ViewHost.evaluated?.announcements.append(text) }
    }
}
