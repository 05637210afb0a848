// error: type 'ToolbarItemPlacement' has no member 'somewhere'
import SwiftUI

struct Sample: View {
    var body: some View { Text("x").toolbar { ToolbarItem(placement: .somewhere) { Text("a") } } }
}
