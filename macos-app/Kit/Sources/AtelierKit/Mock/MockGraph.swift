// Lanes and blame of repositories in memory.
import Foundation

enum MockGraph {
    /// All commits that a branch or remote leads to, newest first, with lanes.
    static func rows(of repository: MockRepository) -> [GraphRow] {
        let tips = Array(repository.branches.values) + Array(repository.remotes.values)
        let reachable = Set(tips.flatMap { repository.history(of: $0).map(\.summary.hash) })
        var lanes: [String?] = []
        return repository.commits.reversed().filter { reachable.contains($0.summary.hash) }.map { commit in
            row(commit.summary.naming(refs(of: commit.summary.hash, in: repository)), &lanes)
        }
    }

    private static func row(_ commit: CommitSummary, _ lanes: inout [String?]) -> GraphRow {
        let lane = lanes.firstIndex(of: commit.hash) ?? free(&lanes)
        let before = lanes
        for index in lanes.indices where lanes[index] == commit.hash || index == lane { lanes[index] = nil }
        var targets: [Int] = []
        for (number, parent) in commit.parents.enumerated() {
            let known = lanes.firstIndex(of: parent)
            let target = known ?? (number == 0 ? lane : free(&lanes))
            lanes[target] = parent
            targets.append(target)
        }
        let passing = before.indices.filter { $0 != lane && before[$0] != nil && before[$0] != commit.hash }
        let edges = passing.map { GraphEdge(from: $0, to: $0) } + targets.map { GraphEdge(from: lane, to: $0) }
        while let last = lanes.last, last == nil { lanes.removeLast() }
        return GraphRow(commit, lane: lane, edges: edges)
    }

    private static func free(_ lanes: inout [String?]) -> Int {
        if let gap = lanes.firstIndex(of: nil) { return gap }
        lanes.append(nil)
        return lanes.count - 1
    }

    private static func refs(of hash: String, in repository: MockRepository) -> [String] {
        let local = repository.branches.filter { $0.value == hash }.keys.sorted()
            .map { $0 == repository.branch ? "HEAD -> \($0)" : $0 }
        let remote = repository.remotes.filter { $0.value == hash }.keys.sorted()
        return local + remote + repository.tags.filter { $0.hash == hash }.map { "tag: \($0.name)" }
    }

    /// Who brought each line of a file: the newest commit whose parent has no such line.
    static func blame(
        _ path: String,
        in repository: MockRepository,
        disk: MockRepository.Files
    ) throws -> [BlameRun] {
        guard let text = disk[path] else { throw MockRepository.refusal("fatal: no such path '\(path)' in HEAD") }
        let history = repository.history(of: repository.branches[repository.branch])
        let origins = text.textLines().map { line in
            history.last { $0.files[path]?.contains(line) == true }?.summary
        }
        return origins.enumerated().reduce(into: []) { runs, origin in
            if let last = runs.last, last.hash == origin.element?.hash {
                runs[runs.count - 1] = run(last.line, last.count + 1, origin.element)
            } else {
                runs.append(run(origin.offset + 1, 1, origin.element))
            }
        }
    }

    private static func run(_ line: Int, _ count: Int, _ commit: CommitSummary?) -> BlameRun {
        BlameRun(
            line: line,
            count: count,
            hash: commit?.hash,
            author: commit?.author ?? "Not committed",
            date: commit?.date,
            subject: commit?.subject ?? ""
        )
    }
}

extension CommitSummary {
    fileprivate func naming(_ refs: [String]) -> CommitSummary {
        CommitSummary(
            hash: hash,
            subject: subject,
            body: body,
            author: author,
            email: email,
            date: date,
            parents: parents,
            refs: refs
        )
    }
}
