// error: call to main actor-isolated instance method 'work()' in a synchronous nonisolated context
import SwiftUI

@MainActor
final class Model { func work() {} }

nonisolated func start(_ model: Model) { model.work() }
