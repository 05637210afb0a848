// error: cannot convert value of type 'String' to expected argument type 'KeyboardShortcut'
import SwiftUI

struct Sample: View {
    var body: some View { Button("x") {}.keyboardShortcut("ab") }
}
