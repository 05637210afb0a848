// error: instance method 'onChange(of:initial:_:)' requires that 'Value' conform to 'Equatable'
import SwiftUI

struct Value {}

struct Sample: View {
    let value: Value
    var body: some View { Text("x").onChange(of: value) {} }
}
