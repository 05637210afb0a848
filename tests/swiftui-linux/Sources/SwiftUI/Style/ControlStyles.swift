// The styles of controls: names that the HTML page draws.

/// What a style is for.
enum StyleKind {
    case button
    case list
    case form
    case picker
    case textField
    case label
    case toggle
    case menu
    case progress
}

/// A style that is only a name.
public struct _NamedStyle: Sendable {
    let name: String
}

public protocol PrimitiveButtonStyle {}
public protocol ListStyle {}
public protocol FormStyle {}
public protocol PickerStyle {}
public protocol TextFieldStyle {}
public protocol LabelStyle {}
public protocol ToggleStyle {}
public protocol MenuStyle {}
public protocol ProgressViewStyle {}

extension _NamedStyle: PrimitiveButtonStyle, ListStyle, FormStyle, PickerStyle, TextFieldStyle, LabelStyle, ToggleStyle,
    MenuStyle, ProgressViewStyle
{}

extension PrimitiveButtonStyle where Self == _NamedStyle {
    public static var automatic: Self { .init(name: "automatic") }
    public static var bordered: Self { .init(name: "bordered") }
    public static var borderedProminent: Self { .init(name: "prominent") }
    public static var borderless: Self { .init(name: "borderless") }
    public static var plain: Self { .init(name: "plain") }
    public static var link: Self { .init(name: "link") }
    public static var accessoryBar: Self { .init(name: "borderless") }
}

extension ListStyle where Self == _NamedStyle {
    public static var plain: Self { .init(name: "plain") }
    public static var sidebar: Self { .init(name: "sidebar") }
    public static var inset: Self { .init(name: "inset") }
}

extension FormStyle where Self == _NamedStyle {
    public static var grouped: Self { .init(name: "grouped") }
    public static var columns: Self { .init(name: "columns") }
}

extension PickerStyle where Self == _NamedStyle {
    public static var radioGroup: Self { .init(name: "radio") }
    public static var segmented: Self { .init(name: "segmented") }
    public static var menu: Self { .init(name: "menu") }
    public static var inline: Self { .init(name: "radio") }
}

extension TextFieldStyle where Self == _NamedStyle {
    public static var plain: Self { .init(name: "plain") }
    public static var roundedBorder: Self { .init(name: "rounded") }
}

extension LabelStyle where Self == _NamedStyle {
    public static var iconOnly: Self { .init(name: "icon") }
    public static var titleOnly: Self { .init(name: "title") }
    public static var titleAndIcon: Self { .init(name: "both") }
}

extension ToggleStyle where Self == _NamedStyle {
    public static var `switch`: Self { .init(name: "switch") }
    public static var checkbox: Self { .init(name: "checkbox") }
    public static var button: Self { .init(name: "button") }
}

extension MenuStyle where Self == _NamedStyle {
    public static var button: Self { .init(name: "button") }
    public static var borderlessButton: Self { .init(name: "borderless") }
}

extension ProgressViewStyle where Self == _NamedStyle {
    public static var circular: Self { .init(name: "circular") }
    public static var linear: Self { .init(name: "linear") }
}

extension View {
    private func style(_ kind: StyleKind, _ style: Any) -> some View {
        changingEnvironment { $0.styles[kind] = (style as? _NamedStyle)?.name }
    }

    public func buttonStyle<S: PrimitiveButtonStyle>(_ style: S) -> some View { self.style(.button, style) }

    public func listStyle<S: ListStyle>(_ style: S) -> some View { self.style(.list, style) }

    public func formStyle<S: FormStyle>(_ style: S) -> some View { self.style(.form, style) }

    public func pickerStyle<S: PickerStyle>(_ style: S) -> some View { self.style(.picker, style) }

    public func textFieldStyle<S: TextFieldStyle>(_ style: S) -> some View { self.style(.textField, style) }

    public func labelStyle<S: LabelStyle>(_ style: S) -> some View { self.style(.label, style) }

    public func toggleStyle<S: ToggleStyle>(_ style: S) -> some View { self.style(.toggle, style) }

    public func menuStyle<S: MenuStyle>(_ style: S) -> some View { self.style(.menu, style) }

    public func progressViewStyle<S: ProgressViewStyle>(_ style: S) -> some View { self.style(.progress, style) }
}
