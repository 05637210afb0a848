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

extension _NamedStyle: PrimitiveButtonStyle, ListStyle, FormStyle, PickerStyle, TextFieldStyle, LabelStyle, ToggleStyle
{}

extension PrimitiveButtonStyle where Self == _NamedStyle {
    public static var automatic: Self { .init(name: "automatic") }
    public static var bordered: Self { .init(name: "bordered") }
    public static var borderedProminent: Self { .init(name: "prominent") }
    public static var borderless: Self { .init(name: "borderless") }
    public static var plain: Self { .init(name: "plain") }
    public static var link: Self { .init(name: "link") }
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
}
