// error: type '()' cannot conform to 'View'
import SwiftUI

struct Sample: View {
    var body: some View {
        let count = 1
        print(count)
        Text("x")
    }
}
