// What is asked for a new branch, and for changes that are put aside.
import AtelierKit
import SwiftUI

struct NewBranchSheet: View {
    @Bindable var model: BranchesModel
    let start: BranchesModel.Start
    @FocusState private var isFocused: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("New Branch")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            Text(verbatim: "It starts from \(start.point ?? model.current?.name ?? "the last commit").")
                .foregroundStyle(.secondary)
            TextField("Branch name", text: $model.newName)
                .textFieldStyle(.roundedBorder)
                .focused($isFocused)
                .onSubmit { Task { await model.create() } }
            FieldProblem(message: model.problem)
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) { model.creating = nil }
                    .keyboardShortcut(.cancelAction)
                Button("Create Branch") { Task { await model.create() } }
                    .keyboardShortcut(.defaultAction)
                    .disabled(!model.canCreate)
            }
        }
        .padding(20)
        .frame(width: 380)
        .onAppear { isFocused = true }
    }
}

struct StashSheet: View {
    @Bindable var model: BranchesModel
    @FocusState private var isFocused: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("Put Changes Aside")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            Text("All changes, untracked files too, go into the list below the branches.")
                .foregroundStyle(.secondary)
            TextField("Stash message", text: $model.stashMessage, prompt: Text("What they are about"))
                .textFieldStyle(.roundedBorder)
                .focused($isFocused)
                .onSubmit { Task { await model.saveStash() } }
            FieldProblem(message: model.problem)
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) { model.isStashing = false }
                    .keyboardShortcut(.cancelAction)
                Button("Put Aside") { Task { await model.saveStash() } }
                    .keyboardShortcut(.defaultAction)
            }
        }
        .padding(20)
        .frame(width: 380)
        .onAppear { isFocused = true }
    }
}

#Preview("Branch") { NewBranchSheet(model: PreviewData.workspace.branches, start: .init(point: nil)) }
#Preview("Stash") { StashSheet(model: PreviewData.workspace.branches) }
