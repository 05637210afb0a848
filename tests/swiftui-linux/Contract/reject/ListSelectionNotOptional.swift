// error: cannot convert value of type 'Binding<Int>' to expected argument type 'Binding<SelectionValue?>'
import SwiftUI

struct Sample: View {
    @State private var selection = 1
    var body: some View { List(selection: $selection) { Text("x") } }
}
