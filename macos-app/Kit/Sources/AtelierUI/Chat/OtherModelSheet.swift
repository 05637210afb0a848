// A model that is in no list, by its id.
import AtelierKit
import SwiftUI

struct OtherModelSheet: View {
    @Bindable var chat: ChatModel
    @FocusState private var isFocused: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            Text("Other Model")
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            Text("Any model that the provider offers will do for this session, whether Atelier knows it or not.")
                .foregroundStyle(.secondary)
            Form {
                Picker("Provider", selection: $chat.otherModel.provider) {
                    ForEach(providers) { choice in
                        Text(verbatim: choice.name).tag(choice.rawValue)
                    }
                }
                TextField("Model", text: $chat.otherModel.model, prompt: Text("The id that the provider gives it"))
                    .autocorrectionDisabled()
                    .focused($isFocused)
                    .onSubmit { chat.useOtherModel() }
            }
            HStack {
                Spacer()
                Button("Cancel", role: .cancel) { chat.isNamingOtherModel = false }
                    .keyboardShortcut(.cancelAction)
                Button("Use Model") { chat.useOtherModel() }
                    .keyboardShortcut(.defaultAction)
                    .disabled(!chat.canUseOtherModel)
            }
        }
        .padding(20)
        .frame(width: 420)
        .onAppear { isFocused = true }
    }

    private var providers: [ProviderChoice] { ProviderChoice.allCases.filter { $0 != .automatic && $0 != .demo } }
}

#Preview {
    OtherModelSheet(chat: PreviewData.finishedChat)
}
