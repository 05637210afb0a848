// error: cannot pass function of type '@Sendable () async -> ()' to parameter expecting synchronous function type
import SwiftUI

func work() async {}

struct Sample: View {
    var body: some View { Button("Work") { await work() } }
}
