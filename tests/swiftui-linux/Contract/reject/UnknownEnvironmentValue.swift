// error: generic parameter 'Object' could not be inferred
import SwiftUI

struct Sample: View {
    @Environment(\.colour) private var colour
    var body: some View { Text("x") }
}
