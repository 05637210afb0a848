// error: cannot convert value of type 'Int' to expected argument type 'LocalizedStringKey'
import SwiftUI

struct Sample: View {
    var body: some View { Text(5) }
}
