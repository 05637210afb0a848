// error: 'init(wrappedValue:)' is unavailable: The wrapped value must be an object that conforms to Observable
import SwiftUI

final class Model { var name = "" }

struct Sample: View {
    @Bindable var model: Model
    var body: some View { Text(model.name) }
}
