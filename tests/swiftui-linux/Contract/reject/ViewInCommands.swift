// error: static method 'buildExpression' requires that 'Button<Text>' conform to 'Commands'
import SwiftUI

struct Sample: Commands {
    var body: some Commands { Button("x") {} }
}
