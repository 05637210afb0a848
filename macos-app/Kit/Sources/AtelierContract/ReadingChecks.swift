// What every core does for readers of a log.
import AtelierKit
import Foundation

extension ContractCheck {
    static let readingChecks = [
        ContractCheck("who comes back later gets exactly the rest") { client in
            let session = try await client.createSession().id
            try await client.ask(ContractCheck.endlessPrompt, to: session)
            let first = try await client.read(session) { $0.hasAnswerText }
            try await client.interrupt(session)
            let seq = first.events.last?.seq ?? 0
            let rest = try await client.read(session, after: seq) { $0.isAtRest }
            let whole = try await client.read(session) { $0.isAtRest }
            let joined = first.text { _ in true } + rest.text { _ in true }
            try expect(joined == whole.text { _ in true }, "“\(joined)” is not “\(whole.text { _ in true })”")
        },
        ContractCheck("two readers of one turn read the same") { client in
            let session = try await client.createSession().id
            async let one = client.read(session) { $0.isAtRest }
            async let two = client.read(session) { $0.isAtRest }
            try await client.ask("Hello", to: session)
            let (left, right) = try await (one, two)
            try expect(left.text(.assistant) == right.text(.assistant), "the readers read different answers")
        },
        ContractCheck("reading after the end waits for what comes next") { client in
            let (session, log) = try await client.wholeTurn("One")
            async let next = client.read(session, after: log.events.last?.seq ?? 0) { $0.isAtRest }
            try await client.ask("Two", to: session)
            let text = try await next.text(.user)
            try expect(text == "Two", "the next turn reads “\(text)”")
        },
        ContractCheck("cancelling the reading task ends the events") { client in
            let session = try await client.createSession().id
            let reading = Task { () -> Int in
                var batches = 0
                for try await _ in client.events(of: session, after: 0) { batches += 1 }
                return batches
            }
            try await client.ask("Hello", to: session)
            _ = try await client.read(session) { $0.isAtRest }
            reading.cancel()
            // Either ending is right: a last nil, or the cancellation as an error.
            if case .failure(let error) = await reading.result, !(error is CancellationError) { throw error }
        },
    ]
}
