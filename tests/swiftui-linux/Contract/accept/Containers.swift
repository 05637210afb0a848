// Lists, columns, scrolling, tabs, toolbars and what stands in front of a window.

import SwiftUI

struct Entry: Identifiable, Hashable {
    let id: Int
    let title: String
}

struct Containers: View {
    private enum Pane: Hashable {
        case first
        case second
    }

    let entries: [Entry]
    @State private var selection: Entry.ID?
    @State private var several: Set<Entry.ID> = []
    @State private var position = ScrollPosition(edge: .bottom)
    @State private var pane = Pane.first
    @State private var query = ""
    @State private var shown: Entry?
    @State private var isAsking = false
    @FocusState private var isSearching: Bool

    var body: some View {
        NavigationSplitView {
            List(selection: $selection) {
                Section(isExpanded: $isAsking) {
                    Text("Inside")
                } header: {
                    Text("Folded")
                }
                Section("Entries") {
                    ForEach(entries) { entry in
                        Text(entry.title)
                            .contextMenu {
                                Button("Show") { shown = entry }
                                Divider()
                                Button("Delete…", role: .destructive) { isAsking = true }
                            }
                            .listRowInsets(EdgeInsets(top: 0, leading: 8, bottom: 0, trailing: 8))
                            .listRowSeparator(.hidden)
                    }
                }
            }
            .listStyle(.sidebar)
            List(selection: $several) { ForEach(entries) { entry in Text(entry.title) } }
                .searchable(text: $query, placement: .sidebar, prompt: "Search")
                .searchFocused($isSearching)
                .overlay { if entries.isEmpty { ContentUnavailableView.search(text: query) } }
                .navigationSplitViewColumnWidth(min: 200, ideal: 250, max: 400)
        } detail: {
            detail
        }
        .toolbar {
            ToolbarItem(placement: .primaryAction) { Button("New", systemImage: "square.and.pencil") {} }
            ToolbarItemGroup {
                Menu("More", systemImage: "key") { Button("Copy") {} }
                Menu {
                    Section("Models") {
                        Toggle(isOn: $isAsking) {
                            Text("First")
                            Text("Costs less")
                        }
                    }
                    Menu("Others") { Button("Second") {}.disabled(true) }
                } label: {
                    Text("Model")
                }
                .menuStyle(.button)
                .buttonStyle(.borderless)
                Toggle("Pin", systemImage: "key", isOn: $isAsking)
            }
        }
        .navigationSubtitle("1,024 tokens")
        .navigationSubtitle(Text(query))
        .sheet(item: $shown) { Text($0.title) }
        .confirmationDialog("Delete?", isPresented: $isAsking, titleVisibility: .visible) {
            Button("Delete", role: .destructive) {}
        } message: {
            Text("It is gone then.")
        }
        .alert("Lost", isPresented: $isAsking) {
            Button("OK") {}
        } message: {
            Text("Nothing can be done.")
        }
    }

    @ViewBuilder private var detail: some View {
        switch selection {
        case nil:
            ContentUnavailableView("Nothing", systemImage: "folder", description: Text("Choose an entry."))
        case .some(let id) where id > 9:
            ProgressView(value: 0.5)
        default:
            TabView(selection: $pane) {
                scroll.tabItem { Label("First", systemImage: "key") }.tag(Pane.first)
                DisclosureGroup("More") { GroupBox("Box") { Text("x") } }
                    .tabItem { Label("Second", systemImage: "key") }
                    .tag(Pane.second)
            }
        }
    }

    private var scroll: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 12) {
                ForEach(entries, id: \.title) { Text($0.title) }
            }
            .padding(20)
            .frame(maxWidth: 700)
        }
        .defaultScrollAnchor(.bottom, for: .initialOffset)
        .scrollPosition($position)
        .onScrollGeometryChange(for: CGFloat.self) { geometry in
            geometry.contentOffset.y
        } action: { _, offset in
            if offset == 0 { position.scrollTo(edge: .bottom) }
            if offset < 0 { position.scrollTo(id: 7, anchor: .center) }
        }
    }
}
