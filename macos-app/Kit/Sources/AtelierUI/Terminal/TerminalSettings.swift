// Font, colours, cursor and history of terminals.
import AtelierKit
import SwiftUI

struct TerminalSettings: View {
    let kept: KeptTerminalsModel
    @AppStorage(TerminalDefaults.family) private var family = ""
    @AppStorage(TerminalDefaults.size) private var size = TerminalDefaults.usualSize
    @AppStorage(TerminalDefaults.theme) private var theme = TerminalTheme.system
    @AppStorage(TerminalDefaults.cursor) private var cursor = TerminalCursorStyle.program
    @AppStorage(TerminalDefaults.scrollback) private var scrollback = TerminalDefaults.usualScrollback
    @AppStorage(TerminalDefaults.blinks) private var blinks = true
    @AppStorage(TerminalDefaults.bellSounds) private var bellSounds = true
    @AppStorage(TerminalDefaults.bellBounces) private var bellBounces = false
    @AppStorage(TerminalDefaults.optionIsMeta) private var optionIsMeta = false
    @Environment(\.terminalPlatform) private var platform

    var body: some View {
        Form {
            Section("Text") {
                if let families = platform?.fontFamilies {
                    Picker("Font", selection: $family) {
                        Text("System").tag("")
                        ForEach(families, id: \.self) { Text(verbatim: $0).tag($0) }
                    }
                } else {
                    TextField("Font", text: $family, prompt: Text("System"))
                        .autocorrectionDisabled()
                }
                Picker("Size", selection: $size) {
                    ForEach(Array(stride(from: 8.0, through: 36, by: 1)), id: \.self) { size in
                        Text(verbatim: "\(Int(size)) pt").tag(size)
                    }
                }
            }
            Section("Appearance") {
                Picker("Colours", selection: $theme) {
                    ForEach(TerminalTheme.allCases, id: \.self) { Text($0.title).tag($0) }
                }
                Picker("Cursor", selection: $cursor) {
                    ForEach(TerminalCursorStyle.allCases, id: \.self) { Text($0.title).tag($0) }
                }
                Toggle("The cursor may blink", isOn: $blinks)
            }
            if platform != nil {
                Section("Bell") {
                    Toggle("Play a sound", isOn: $bellSounds)
                    Toggle("Bounce the Dock icon while another app is in front", isOn: $bellBounces)
                }
            }
            Section {
                Picker("Lines kept above the screen", selection: $scrollback) {
                    ForEach(TerminalDefaults.scrollbacks, id: \.self) {
                        Text(verbatim: "\($0)").tag($0)
                    }
                }
                Toggle("Option acts as Alt", isOn: $optionIsMeta)
            } header: {
                Text("Behaviour")
            } footer: {
                Text("More lines take more memory: 10,000 lines of 200 columns some 50 MB while they are shown.")
            }
            KeptTerminalSettings(model: kept)
        }
        .formStyle(.grouped)
    }
}

#Preview("Terminal settings") {
    TerminalSettings(kept: PreviewData.keptTerminals)
        .frame(width: 600, height: 480)
}
