// error: referencing initializer 'init(_:content:)' on 'ForEach' requires that 'Item' conform to 'Identifiable'
import SwiftUI

struct Item { var name = "" }

struct Sample: View {
    var body: some View { ForEach([Item()]) { item in Text(item.name) } }
}
