// What #Preview and @Entry expand to.

import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `#Preview { … }`: the body must type-check as a view; nothing is registered.
public struct PreviewMacro: DeclarationMacro {
    public static func expansion(
        of node: some FreestandingMacroExpansionSyntax,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        let name = context.makeUniqueName("Preview")
        let statements = node.trailingClosure?.statements.description ?? ""
        return [
            """
            enum \(name) {
                @MainActor @SwiftUI.ViewBuilder static var body: some SwiftUI.View {\(raw: statements)}
            }
            """
        ]
    }
}

/// `@Entry var name: T = value` in `EnvironmentValues`, `@Entry var name: T?` in `FocusedValues`.
public struct EntryMacro: AccessorMacro, PeerMacro {
    /// The parts of the declared variable.
    private struct Entry {
        let name: String
        let type: String?
        let value: String?

        init?(_ declaration: some DeclSyntaxProtocol) {
            guard let binding = declaration.as(VariableDeclSyntax.self)?.bindings.first,
                let pattern = binding.pattern.as(IdentifierPatternSyntax.self)
            else { return nil }
            name = pattern.identifier.text
            type = binding.typeAnnotation?.type.trimmedDescription
            value = binding.initializer?.value.trimmedDescription
        }
    }

    public static func expansion(
        of node: AttributeSyntax,
        providingAccessorsOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [AccessorDeclSyntax] {
        guard let entry = Entry(declaration) else { return [] }
        return [
            "get { self[__Key_\(raw: entry.name).self] }",
            "set { self[__Key_\(raw: entry.name).self] = newValue }",
        ]
    }

    public static func expansion(
        of node: AttributeSyntax,
        providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let entry = Entry(declaration) else { return [] }
        guard let value = entry.value else {
            // Focused values are optional and have no default.
            let wrapped = entry.type.map { $0.hasSuffix("?") ? String($0.dropLast()) : $0 } ?? "Never"
            return [
                """
                private struct __Key_\(raw: entry.name): SwiftUI.FocusedValueKey {
                    typealias Value = \(raw: wrapped)
                }
                """
            ]
        }
        let annotation = entry.type.map { ": \($0)" } ?? ""
        return [
            """
            private struct __Key_\(raw: entry.name): SwiftUI.EnvironmentKey {
                static var defaultValue\(raw: annotation) { \(raw: value) }
            }
            """
        ]
    }
}
