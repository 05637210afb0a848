// Branches here and at remotes, tags, and changes that were put aside.
import AtelierKit
import SwiftUI

struct BranchesView: View {
    @Bindable var model: BranchesModel

    var body: some View {
        VStack(spacing: 0) {
            HStack(spacing: 8) {
                TextField("Filter", text: $model.search, prompt: Text("Filter"))
                    .textFieldStyle(.roundedBorder)
                    .frame(maxWidth: 260)
                Spacer(minLength: 0)
                Button("Put Changes Aside…", systemImage: "tray.full") { model.beginStashing() }
                    .disabled(!model.canStash)
                Button("New Branch…", systemImage: "plus") { model.beginCreating() }
            }
            .padding(12)
            ProblemOf(model: model)
            lists
        }
        .task { await model.load() }
        .asking(model)
        .sheet(item: $model.creating) { NewBranchSheet(model: model, start: $0) }
        .sheet(isPresented: $model.isStashing) { StashSheet(model: model) }
    }

    private var lists: some View {
        List {
            Section("Branches") {
                ForEach(model.local) { branch in
                    BranchRow(branch: branch) { Task { await model.checkOut(branch) } }
                        .contextMenu { BranchActions(model: model, branch: branch) }
                }
            }
            if !model.remote.isEmpty {
                Section("Remote Branches") {
                    ForEach(model.remote) { branch in
                        BranchRow(branch: branch) { Task { await model.checkOut(branch) } }
                            .contextMenu { BranchActions(model: model, branch: branch) }
                    }
                }
            }
            if !model.foundTags.isEmpty {
                Section("Tags") {
                    ForEach(model.foundTags) { tag in
                        TagRow(tag: tag)
                            .contextMenu { TagActions(model: model, tag: tag) }
                    }
                }
            }
            if !model.foundStashes.isEmpty {
                Section("Put Aside") {
                    ForEach(model.foundStashes) { stash in
                        StashRow(model: model, stash: stash)
                            .contextMenu { StashActions(model: model, stash: stash) }
                    }
                }
            }
        }
        .listStyle(.inset)
        .accessibilityLabel("Branches, tags and changes put aside")
    }
}

#Preview { BranchesView(model: PreviewData.workspace.branches).frame(width: 700, height: 500) }
