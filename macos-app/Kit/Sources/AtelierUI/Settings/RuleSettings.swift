// Settings: what is allowed, asked about and forbidden once and for all.
import AtelierKit
import SwiftUI

struct RuleSettings: View {
    @Bindable var model: RulesModel
    let folders: FoldersModel?

    var body: some View {
        Form {
            Section {
                FolderScope(everywhere: "All Folders", folder: $model.folder, folders: folders)
            } footer: {
                Text("The strictest rule counts, wherever it stands. A folder’s own files can only forbid.")
            }
            Section {
                if model.rules?.isEmpty == true { Text("No rule is set.").foregroundStyle(.secondary) }
                ForEach(model.rules ?? []) { rule in
                    RuleRow(rule: rule) { Task { await model.remove(rule) } }
                }
                FieldProblem(message: model.problem)
            } header: {
                Text("Rules")
            }
            NewRule(model: model)
        }
        .formStyle(.grouped)
        .task(id: model.folder) { await model.load() }
    }
}

private struct RuleRow: View {
    let rule: ToolRule
    let remove: @MainActor () -> Void

    var body: some View {
        HStack(spacing: 10) {
            Text(rule.effect.title)
                .foregroundStyle(rule.effect.style)
                .frame(width: 60, alignment: .leading)
            VStack(alignment: .leading, spacing: 2) {
                Text(verbatim: rule.pattern)
                    .font(.callout.monospaced())
                    .textSelection(.enabled)
                if let problem = rule.problem {
                    Text(verbatim: problem)
                        .font(.caption)
                        .foregroundStyle(.orange)
                }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
            Text(rule.origin.title)
                .font(.caption)
                .foregroundStyle(.secondary)
            if rule.isOwn {
                Button("Remove Rule", systemImage: "xmark") { remove() }
                    .labelStyle(.iconOnly)
                    .buttonStyle(.borderless)
                    .help("Remove this rule")
                    .accessibilityLabel("Remove the rule \(rule.pattern)")
            }
        }
    }
}

private struct NewRule: View {
    @Bindable var model: RulesModel

    var body: some View {
        Section {
            Picker("Effect", selection: $model.effect) {
                ForEach(ToolRule.Effect.allCases, id: \.self) { effect in
                    Text(effect.title).tag(effect)
                }
            }
            TextField("Calls", text: $model.pattern, prompt: Text(verbatim: "Bash(git status:*)"))
                .autocorrectionDisabled()
                .onSubmit { Task { await model.add() } }
            HStack {
                Spacer()
                Button("Add Rule") { Task { await model.add() } }
                    .disabled(!model.canAdd)
            }
        } header: {
            Text("New Rule")
        } footer: {
            Text("A tool, perhaps narrowed: Bash(make:*) by how a command begins, Edit(src/**) by path, write_file.")
        }
    }
}

extension ToolRule.Effect {
    fileprivate var title: LocalizedStringKey {
        switch self {
        case .deny: "Never"
        case .ask: "Ask"
        case .allow: "Allow"
        }
    }

    fileprivate var style: AnyShapeStyle {
        switch self {
        case .deny: AnyShapeStyle(.red)
        case .ask: AnyShapeStyle(.orange)
        case .allow: AnyShapeStyle(.green)
        }
    }
}

extension ToolRule.Origin {
    fileprivate var title: LocalizedStringKey {
        switch self {
        case .everywhere: "all folders"
        case .folder: "this folder"
        case .folderFile: "the folder’s file"
        case .process: "this run"
        }
    }
}

#Preview("Rules") {
    RuleSettings(model: PreviewData.settings.rules, folders: PreviewData.folders)
        .frame(width: 600)
}
