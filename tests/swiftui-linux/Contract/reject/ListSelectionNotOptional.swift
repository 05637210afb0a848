// error: no exact matches in call to initializer
import SwiftUI

struct Sample: View {
    @State private var selection = 1
    var body: some View { List(selection: $selection) { Text("x") } }
}
