// error: instance method 'sheet(item:onDismiss:content:)' requires that 'Item' conform to 'Identifiable'
import SwiftUI

struct Item {}

struct Sample: View {
    @State private var item: Item?
    var body: some View { Text("x").sheet(item: $item) { _ in Text("y") } }
}
