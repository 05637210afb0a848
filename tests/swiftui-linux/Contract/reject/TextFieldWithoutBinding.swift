// error: cannot convert value 'text' of type 'String' to expected type 'Binding<String>', use wrapper instead
import SwiftUI

struct Sample: View {
    @State private var text = ""
    var body: some View { TextField("Name", text: text) }
}
