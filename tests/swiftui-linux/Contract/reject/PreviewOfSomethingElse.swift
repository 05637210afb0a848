// error: static method 'buildExpression' requires that 'Int' conform to 'View'
import SwiftUI

#Preview { 5 }
