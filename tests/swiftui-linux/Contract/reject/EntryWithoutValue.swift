// error: subscript 'subscript(_:)' requires that 'EnvironmentValues.__Key_depth' conform to 'EnvironmentKey'
import SwiftUI

extension EnvironmentValues {
    @Entry var depth: Int
}
