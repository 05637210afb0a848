// error: cannot convert parent type 'FocusState<Int?>' to expected type 'FocusState<Bool>'
import SwiftUI

struct Sample: View {
    @FocusState private var focus: Int?
    @State private var text = ""
    var body: some View { TextField("x", text: $text).focused($focus) }
}
