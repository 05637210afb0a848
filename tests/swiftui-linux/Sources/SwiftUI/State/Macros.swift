// The two macros of SwiftUI that our code uses. Their expansions live in the plug-in StandInMacros.

/// Declares a value in `EnvironmentValues` or `FocusedValues`.
@attached(accessor)
@attached(peer, names: prefixed(__Key_))
public macro Entry() = #externalMacro(module: "StandInMacros", type: "EntryMacro")

/// A preview for Xcode. Here it only has to compile.
@freestanding(declaration)
public macro Preview(
    _ name: String? = nil,
    @ViewBuilder body: @escaping @MainActor () -> any View
) = #externalMacro(module: "StandInMacros", type: "PreviewMacro")
