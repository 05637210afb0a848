// One server: how it stands, what can be done about it, and its tools.
import AtelierKit
import SwiftUI

struct MCPServerRow: View {
    let server: MCPServer
    let model: MCPModel

    var body: some View {
        VStack(alignment: .leading, spacing: 6) {
            HStack(spacing: 10) {
                VStack(alignment: .leading, spacing: 2) {
                    Text(verbatim: server.name)
                    Text(verbatim: server.target)
                        .font(.caption.monospaced())
                        .foregroundStyle(.secondary)
                        .textSelection(.enabled)
                }
                .frame(maxWidth: .infinity, alignment: .leading)
                MCPServerState(state: server.state, toolCount: server.toolCount)
                MCPServerActions(server: server, model: model)
            }
            .help("From \(server.file)")
            if server.state == .needsConsent { MCPConsent(server: server, model: model) }
            if case .failed(let reason) = server.state { FieldProblem(message: reason) }
            if let login = model.login, login.server == server.name { MCPLogin(login: login) }
            if let tools = model.tools[server.name] { MCPToolList(tools: tools) }
        }
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Server \(server.name)")
    }
}

private struct MCPServerState: View {
    let state: MCPServer.State
    let toolCount: UInt64?

    var body: some View {
        Group {
            switch state {
            case .needsConsent: Text("Needs your consent").foregroundStyle(.orange)
            case .refused: Text("Not allowed")
            case .idle: Text("Starts when needed")
            case .running: running
            case .loginNeeded: Text("Needs a log-in").foregroundStyle(.orange)
            case .failed: Text("Did not start").foregroundStyle(.red)
            }
        }
        .font(.caption)
        .foregroundStyle(.secondary)
        .fixedSize()
    }

    @ViewBuilder private var running: some View {
        if let toolCount {
            Text("Running, \(counted(toolCount, "tool"))").foregroundStyle(.green)
        } else {
            Text("Running").foregroundStyle(.green)
        }
    }
}

private struct MCPServerActions: View {
    let server: MCPServer
    let model: MCPModel
    @Environment(\.desktop) private var desktop

    var body: some View {
        HStack(spacing: 8) {
            if server.state == .loginNeeded {
                Button("Log In…") {
                    Task { await model.logIn(to: server) { desktop?.open(address: $0) } }
                }
                .disabled(model.login != nil)
                .accessibilityLabel("Log in to \(server.name)…")
            }
            if model.asking == server.name {
                ProgressView()
                    .controlSize(.small)
                    .accessibilityLabel("Starting \(server.name)")
            }
            Menu("More", systemImage: "ellipsis.circle") {
                Button("Show Tools") { Task { await model.askForTools(of: server) } }
                    .disabled(server.state == .needsConsent || server.state == .refused || model.asking != nil)
                if server.state != .loginNeeded {
                    Button("Forget Log-In") { Task { await model.logOut(of: server) } }
                }
                if server.origin == .folder { consentItem }
                if let desktop {
                    Button("Show File in Finder") { desktop.reveal(path: server.file) }
                }
                Divider()
                Button("Remove…", role: .destructive) { model.removing = server }
            }
            .labelStyle(.iconOnly)
            .fixedSize()
            .accessibilityLabel("More about \(server.name)")
        }
    }

    @ViewBuilder private var consentItem: some View {
        switch server.state {
        case .needsConsent, .refused: Button("Allow") { Task { await model.allow(server, true) } }
        default: Button("Don’t Allow") { Task { await model.allow(server, false) } }
        }
    }
}

/// The question whether a server may be used that a project brings along.
private struct MCPConsent: View {
    let server: MCPServer
    let model: MCPModel

    var body: some View {
        HStack(spacing: 8) {
            Label {
                Text("This folder brings it along. It runs with your rights and sees what agents tell it.")
                if !server.gets.isEmpty { Text("It gets: \(server.gets.joined(separator: ", "))") }
            } icon: {
                Image(systemName: "hand.raised")
            }
            .font(.callout)
            .frame(maxWidth: .infinity, alignment: .leading)
            Button("Allow") { Task { await model.allow(server, true) } }
                .accessibilityLabel("Allow \(server.name)")
            Button("Don’t Allow") { Task { await model.allow(server, false) } }
                .accessibilityLabel("Don’t allow \(server.name)")
        }
        .padding(8)
        .background(.orange.opacity(0.1), in: .rect(cornerRadius: 6))
    }
}

/// A log-in that goes on in the browser.
private struct MCPLogin: View {
    let login: MCPModel.Login

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            HStack(spacing: 8) {
                ProgressView()
                    .controlSize(.small)
                    .accessibilityLabel("Logging in")
                Text("Go on in your browser, and come back here when you are done.")
            }
            if let address = login.address {
                Text(verbatim: address)
                    .font(.caption.monospaced())
                    .foregroundStyle(.secondary)
                    .textSelection(.enabled)
            }
        }
        .font(.callout)
    }
}

private struct MCPToolList: View {
    let tools: [MCPTool]

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            if tools.isEmpty { Text("It has no tools.") }
            ForEach(tools) { tool in
                HStack(alignment: .firstTextBaseline, spacing: 8) {
                    Text(verbatim: tool.name)
                        .font(.caption.monospaced())
                    if tool.isReadOnly { Text("only looks").foregroundStyle(.green) }
                    Text(verbatim: tool.summary)
                        .foregroundStyle(.secondary)
                        .lineLimit(2)
                }
            }
        }
        .font(.caption)
        .padding(8)
        .frame(maxWidth: .infinity, alignment: .leading)
        .background(.quaternary, in: .rect(cornerRadius: 6))
        .accessibilityElement(children: .contain)
        .accessibilityLabel("Tools")
    }
}
