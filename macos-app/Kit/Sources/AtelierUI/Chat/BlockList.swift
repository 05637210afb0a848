// The text of a message: prose and code, plain and selectable.
import AtelierKit
import SwiftUI

struct BlockList: View {
    let blocks: [TextBlock]

    var body: some View {
        ForEach(blocks) { block in
            switch block.kind {
            case .prose:
                Text(verbatim: block.text)
                    .textSelection(.enabled)
                    .frame(maxWidth: .infinity, alignment: .leading)
            case .code(let language):
                CodeBlock(code: block.text, language: language)
            }
        }
    }
}

private struct CodeBlock: View {
    let code: String
    let language: String
    @Environment(\.desktop) private var desktop

    var body: some View {
        VStack(alignment: .leading, spacing: 6) {
            HStack {
                Text(verbatim: language)
                    .font(.caption)
                    .foregroundStyle(.secondary)
                Spacer()
                if let desktop {
                    Button("Copy Code", systemImage: "doc.on.doc") { desktop.copy(code) }
                        .labelStyle(.iconOnly)
                        .buttonStyle(.borderless)
                        .help("Copy this code")
                }
            }
            ScrollView(.horizontal) {
                Text(verbatim: code)
                    .font(.body.monospaced())
                    .textSelection(.enabled)
                    .fixedSize(horizontal: true, vertical: false)
            }
        }
        .padding(10)
        .background(.quaternary, in: .rect(cornerRadius: 6))
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Code")
    }
}

#Preview {
    VStack(alignment: .leading) {
        BlockList(blocks: [
            TextBlock(id: 0, kind: .prose, text: "The handler drops the new token:"),
            TextBlock(id: 1, kind: .code(language: "swift"), text: "let token = try await refresh()\nstore(token)"),
        ])
    }
    .padding()
}
