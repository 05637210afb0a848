// error: value of type 'Text' has no member 'glassEffect'
import SwiftUI

struct Sample: View {
    var body: some View { Text("x").glassEffect() }
}
