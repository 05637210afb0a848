// Cloning a repository into a new folder.
import AtelierKit
import SwiftUI

struct CloneSheet: View {
    @Bindable var model: CloneModel
    /// What is done with the folder that was made.
    let open: (String) -> Void
    @Environment(\.dismiss) private var dismiss

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("Clone a Repository")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            TextField("Address", text: $model.url, prompt: Text(verbatim: "https://example.com/project.git"))
                .textFieldStyle(.roundedBorder)
                .autocorrectionDisabled()
                .onSubmit { Task { await model.clone() } }
            TextField("Into the folder", text: $model.parent)
                .textFieldStyle(.roundedBorder)
                .autocorrectionDisabled()
            if model.isRunning {
                HStack {
                    Text(verbatim: model.progress?.stage ?? "Connecting…")
                    ProgressView(value: model.progress?.fraction)
                        .accessibilityLabel("Progress")
                }
            }
            FieldProblem(message: model.problem)
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) { cancel() }
                    .keyboardShortcut(.cancelAction)
                Button("Clone") { Task { await model.clone() } }
                    .keyboardShortcut(.defaultAction)
                    .disabled(!model.canClone)
            }
        }
        .padding(20)
        .frame(width: 460)
        .onChange(of: model.cloned) {
            guard let folder = model.cloned else { return }
            open(folder)
            dismiss()
        }
    }

    private func cancel() {
        if model.isRunning { model.cancel() } else { dismiss() }
    }
}

#Preview("Clone") {
    CloneSheet(model: CloneModel(parent: "/Users/ada/Projects", client: PreviewData.client)) { _ in }
}
