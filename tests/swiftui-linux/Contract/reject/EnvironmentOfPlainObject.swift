// error: no exact matches in call to initializer
import SwiftUI

final class Model {}

struct Sample: View {
    @Environment(Model.self) private var model
    var body: some View { Text("x") }
}
