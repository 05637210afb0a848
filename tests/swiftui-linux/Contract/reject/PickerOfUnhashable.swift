// error: generic struct 'Picker' requires that 'Choice' conform to 'Hashable'
import SwiftUI

struct Choice {}

struct Sample: View {
    @State private var choice = Choice()
    var body: some View { Picker("x", selection: $choice) { Text("a") } }
}
