// error: instance method 'task(id:priority:_:)' requires that 'Value' conform to 'Equatable'
import SwiftUI

struct Value {}

struct Sample: View {
    let value: Value
    var body: some View { Text("x").task(id: value) {} }
}
