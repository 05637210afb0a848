// Fields, focus, keys, choices: what a person operates.

import Testing
import ViewTesting

@MainActor
struct FieldTests {
    private struct Composer: View {
        @State private var draft = ""
        @State private var sent: [String] = []
        @State private var lines = 0
        @FocusState private var focus: Bool
        var handlesReturn = false

        var body: some View {
            TextField("Message", text: $draft, axis: .vertical)
                .focused($focus)
                .onKeyPress(keys: [.return]) { press in
                    guard handlesReturn || press.modifiers.contains(.shift) else { return .ignored }
                    lines += 1
                    return .handled
                }
                .onSubmit {
                    sent.append(draft)
                    draft = ""
                }
            Button("Focus") { focus = true }
            Text("sent \(sent.joined(separator: ",")) lines \(lines)")
        }
    }

    @Test func typingChangesTheTextKeyByKey() throws {
        let screen = Screen(Composer())
        try screen.type("héllo", into: "Message")
        #expect(try screen.find(.textField, "Message").value == "héllo")
        try screen.replaceText(of: "Message", with: "x")
        #expect(try screen.find(.textField, "Message").value == "x")
    }

    @Test func returnSubmitsUnlessAViewHandlesTheKey() throws {
        let screen = Screen(Composer())
        try screen.type("hi", into: "Message")
        #expect(try screen.pressKey(.return, modifiers: .shift, in: "Message"))
        try screen.submit("Message")
        #expect(screen.texts == ["sent hi lines 1"])
        let other = Screen(Composer(handlesReturn: true))
        try other.submit("Message")
        #expect(other.texts == ["sent  lines 1"])
    }

    @Test func innerViewsHandleAKeyFirst() throws {
        struct Nested: View {
            @State private var log = ""
            var body: some View {
                VStack {
                    TextField("Field", text: .constant(""))
                        .onKeyPress(.escape) {
                            log += "inner"
                            return .ignored
                        }
                    Text(log)
                }
                .onKeyPress(.escape) {
                    log += "outer"
                    return .handled
                }
            }
        }
        let screen = Screen(Nested())
        #expect(try screen.pressKey(.escape, in: "Field"))
        #expect(screen.texts == ["innerouter"])
        #expect(try !screen.pressKey(.tab, in: "Field"))
    }

    @Test func focusMovesByStateAndByTyping() throws {
        enum Place: Hashable {
            case name
            case key
        }
        struct Two: View {
            @State private var name = ""
            @State private var key = ""
            @FocusState private var place: Place?
            var body: some View {
                TextField("Name", text: $name).focused($place, equals: .name)
                SecureField("Key", text: $key).focused($place, equals: .key)
                Button("Name first") { place = .name }
            }
        }
        let screen = Screen(Two())
        #expect(try !screen.find(.textField, "Name").isFocused)
        try screen.press("Name first")
        #expect(try screen.find(.textField, "Name").isFocused)
        try screen.type("s", into: "Key")
        #expect(try screen.find(.secureField, "Key").isFocused)
        #expect(try !screen.find(.textField, "Name").isFocused)
    }

    @Test func aSearchFieldIsPartOfItsViewAndCanBeFocused() throws {
        struct Searchable: View {
            @State private var query = ""
            @FocusState private var isFocused: Bool
            var body: some View {
                VStack {
                    Text("for \(query)")
                    Button("Find") { isFocused = true }
                }
                .searchable(text: $query, prompt: "Search Things")
                .searchFocused($isFocused)
            }
        }
        let screen = Screen(Searchable())
        try screen.press("Find")
        #expect(try screen.find(.textField, "Search Things").isFocused)
        try screen.type("abc", into: "Search Things")
        #expect(screen.texts == ["for abc"])
    }

    @Test func whatIsDisabledOrAmbiguousCanNotBeUsed() {
        let screen = Screen(
            VStack {
                TextField("Off", text: .constant("")).disabled(true)
                Button("Twice") {}
                Button("Twice") {}
            }
        )
        #expect(throws: ScreenError.self) { try screen.type("x", into: "Off") }
        #expect(throws: ScreenError.self) { try screen.press("Twice") }
        #expect(throws: ScreenError.self) { try screen.press("Absent") }
    }
}

@MainActor
struct ChoiceTests {
    private enum Pane: Hashable {
        case first
        case second
    }

    private struct Choices: View {
        @State private var size = 1
        @State private var isOn = false
        @State private var pane = Pane.first
        @State private var chosen = "none"

        var body: some View {
            Picker("Size", selection: $size) {
                Text("Small").tag(1)
                Text("Large").tag(2)
            }
            Toggle("Loud", isOn: $isOn)
            Menu("More") {
                Button("Copy") { chosen = "copy" }
                Button("Paste") { chosen = "paste" }.disabled(true)
            }
            TabView(selection: $pane) {
                Text("one").tabItem { Label("First", systemImage: "key") }.tag(Pane.first)
                Text("two").tabItem { Label("Second", systemImage: "key") }.tag(Pane.second)
            }
            DisclosureGroup("Details") { Text("inside") }
            Text(chosen)
        }
    }

    @Test func pickersTogglesMenusAndTabsAnswer() throws {
        let screen = Screen(Choices())
        try screen.choose("Large", from: "Size")
        #expect(try screen.find(.picker, "Size").value == "Large")
        try screen.press("Loud")
        #expect(try screen.find(.toggle, "Loud").isOn == true)
        try screen.choose("Copy", from: "More")
        #expect(screen.texts.contains("copy"))
        #expect(throws: ScreenError.self) { try screen.choose("Paste", from: "More") }
        #expect(screen.texts.contains("one") && !screen.texts.contains("two"))
        try screen.press("Second")
        #expect(screen.texts.contains("two") && !screen.texts.contains("one"))
        #expect(!screen.texts.contains("inside"))
        try screen.press("Details")
        #expect(screen.texts.contains("inside"))
        #expect(screen.warnings == [])
    }

    private struct ModelMenu: View {
        @State private var chosen = "small"

        var body: some View {
            Menu {
                Section("Vendor") { item("small") }
                Menu("Elsewhere") { item("large").disabled(chosen == "small") }
            } label: {
                Text("Model")
            }
            .menuStyle(.button)
            .navigationSubtitle("asks \(chosen)")
        }

        private func item(_ name: String) -> some View {
            Toggle(isOn: Binding(get: { chosen == name }, set: { _ in chosen = name })) {
                Text(name)
                Text("how \(name) it is")
            }
        }
    }

    @Test func menusHaveSectionsSubmenusAndASecondLine() throws {
        let screen = Screen(ModelMenu())
        #expect(try screen.find(.toggle, "small").isOn == true)
        #expect(try screen.find(.toggle, "small").hint == "how small it is")
        #expect(try screen.find(.section, "Vendor").children.map(\.label) == ["small"])
        #expect(throws: ScreenError.self) { try screen.choose("large", from: "Model") }
        #expect(throws: ScreenError.self) { try screen.choose("medium", from: "Model") }
        #expect(screen.subtitle == "asks small")
        try screen.choose("small", from: "Model")
        let page = screen.page()
        for text in ["Vendor", "Elsewhere", "how small it is", "asks small"] { #expect(page.contains(text), "\(text)") }
        #expect(screen.warnings == [] && screen.accessibilityProblems() == [])
    }

    @Test func theLabelOfAPickerCanBeHiddenAndIsSaidNevertheless() {
        let picker = Picker("Size", selection: .constant(1)) { Text("Small").tag(1) }
        let drawn = #"<span class="label">Size</span>"#
        let shown = Screen(picker).page(width: 300, height: 200, isDark: false)
        #expect(shown.contains(drawn))
        let hidden = Screen(picker.labelsHidden()).page(width: 300, height: 200, isDark: false)
        #expect(!hidden.contains(drawn) && hidden.contains(#"aria-label="Size""#))
    }

    @Test func aPickerWithoutAMatchingTagIsReported() {
        let screen = Screen(
            Picker("Size", selection: .constant(3)) {
                Text("Small").tag(1)
                Text("Large").tag("2")
            }
        )
        #expect(screen.warnings.count == 2)
        #expect(screen.warnings.contains { $0.contains("option “Large” has no tag, or one of another type") })
        #expect(screen.warnings.contains { $0.contains("the selection is invalid") })
    }
}

@MainActor
struct ListTests {
    private struct Item: Identifiable {
        let id: Int
        var name: String { "item \(id)" }
    }

    private struct Items: View {
        @State private var selection: Int?
        @State private var removed = "none"

        var body: some View {
            List(selection: $selection) {
                Section("Old") {
                    ForEach([Item(id: 1), Item(id: 2)]) { item in
                        Text(item.name).contextMenu { Button("Remove") { removed = item.name } }
                    }
                }
                Text("new").tag(9)
            }
            Text("selected \(selection ?? 0) removed \(removed)")
        }
    }

    @Test func rowsAreSelectedByTheirIdentityOrTag() throws {
        let screen = Screen(Items())
        try screen.selectRow(containing: "item 2")
        #expect(screen.texts.last == "selected 2 removed none")
        #expect(screen.all(.row).filter(\.isSelected).count == 1)
        try screen.selectRow(containing: "new")
        #expect(screen.texts.last == "selected 9 removed none")
        #expect(screen.exists(.section, "Old"))
    }

    @Test func rowsHaveTheirContextMenus() throws {
        let screen = Screen(Items())
        #expect(try screen.contextMenu(ofRowContaining: "item 1") == ["Remove"])
        try screen.choose("Remove", fromContextMenuOfRowContaining: "item 1")
        #expect(screen.texts.last == "selected 0 removed item 1")
    }

    @Test func aRowWhoseIdentityIsNotOfTheSelectionsTypeIsReported() throws {
        let screen = Screen(List(selection: .constant(String?.none)) { ForEach([Item(id: 1)]) { Text($0.name) } })
        #expect(screen.warnings.contains { $0.contains("so the row can't be selected") })
        #expect(throws: ScreenError.self) { try screen.selectRow(containing: "item 1") }
    }

    @Test func anIdentityThatOccursTwiceIsReported() {
        let screen = Screen(ForEach([Item(id: 1), Item(id: 1)]) { Text($0.name) })
        #expect(screen.warnings == ["ForEach: the ID 1 occurs more than once"])
    }
}

@MainActor
struct ScrollTests {
    private struct Transcript: View {
        @State private var position = ScrollPosition(edge: .bottom)
        @State private var isAtEnd = true

        var body: some View {
            ScrollView { Text("long") }
                .defaultScrollAnchor(.bottom, for: .initialOffset)
                .scrollPosition($position)
                .onScrollGeometryChange(for: Bool.self) { geometry in
                    geometry.contentOffset.y + geometry.containerSize.height >= geometry.contentSize.height
                } action: { _, new in
                    isAtEnd = new
                }
                .accessibilityLabel("Transcript")
            Text("\(isAtEnd ? "end" : "middle") \(position.isPositionedByUser ? "by user" : "by app")")
            Button("End") { position.scrollTo(edge: .bottom) }
        }
    }

    @Test func geometryReachesTheView() throws {
        let screen = Screen(Transcript())
        try screen.scroll("Transcript", contentHeight: 1000, offset: 700, height: 300)
        #expect(screen.texts.last == "end by user")
        try screen.scroll("Transcript", contentHeight: 1000, offset: 100, height: 300)
        #expect(screen.texts.last == "middle by user")
        try screen.press("End")
        #expect(screen.texts.last == "middle by app")
        #expect(screen.warnings == [])
    }

    private struct Rows: View {
        @State private var position = ScrollPosition(edge: .top)
        @State private var rows = [1, 2]

        var body: some View {
            ScrollView {
                LazyVStack { ForEach(rows, id: \.self) { Text("Row \($0)") } }
                    .scrollTargetLayout()
            }
            .scrollPosition($position)
            .accessibilityLabel("Rows")
            Button("Third") { position.scrollTo(id: 3, anchor: .center) }
            Button("More") { rows.append(3) }
        }
    }

    @Test func aViewIsScrolledToByItsIdentityOnceItIsThere() throws {
        let screen = Screen(Rows())
        try screen.press("Third")
        #expect(try screen.scrollTarget(of: "Rows") == nil)
        try screen.press("More")
        #expect(try screen.scrollTarget(of: "Rows") == AnyHashable(3))
        #expect(screen.page().contains("data-scroll-to=\"w-n"))
        #expect(screen.warnings == [])
    }

    @Test func aScrollModifierOnSomethingElseIsReported() {
        #expect(Screen(Text("x").defaultScrollAnchor(.bottom, for: .initialOffset)).warnings.count == 1)
    }
}
