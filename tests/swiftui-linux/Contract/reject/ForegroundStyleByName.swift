// error: instance method 'foregroundStyle' requires that 'String' conform to 'ShapeStyle'
import SwiftUI

struct Sample: View {
    var body: some View { Text("x").foregroundStyle("red") }
}
