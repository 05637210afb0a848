// error: static method 'buildExpression' requires that 'WindowGroup<Text>' conform to 'View'
import SwiftUI

struct Sample: View {
    var body: some View { WindowGroup("x") { Text("y") } }
}
