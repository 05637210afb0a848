// The working trees of a repository, and sessions in trees of their own.
import Foundation
import Observation

/// The working trees as one window shows them.
@MainActor
@Observable
public final class WorktreesModel {
    /// A script that the person is asked about before it is run.
    public struct SetupQuestion: Hashable, Sendable {
        public let script: String
        let session: WorktreeSession
    }

    /// A working tree whose unmerged work would be lost.
    public struct LossQuestion: Hashable, Sendable {
        public let worktree: Worktree
        /// The core's sentence.
        public let message: String
        let deletesRemoteBranch: Bool
    }

    /// The sheet is open.
    public var isShown = false
    /// What the next session is to be about.
    public var name = ""
    /// The main tree first; nil until they were read.
    public private(set) var worktrees: [Worktree]?
    /// How each stands beside the main one, as far as it is known.
    public private(set) var states: [String: WorktreeState] = [:]
    public private(set) var problem: String?
    /// What was done last, for people.
    public private(set) var news: String?
    public private(set) var isBusy = false
    public var askingSetup: SetupQuestion?
    public var askingLoss: LossQuestion?
    /// A tree that is put away, and has its branch at the remote as well: shall that go, too?
    public var askingRemote: Worktree?
    public private(set) var folder: String?
    /// A session that the window is led to.
    public private(set) var leadsTo: SessionID?

    @ObservationIgnored private let client: any WorktreeClient & BranchesClient

    public init(client: any WorktreeClient & BranchesClient) { self.client = client }

    public var canCreate: Bool { folder != nil && !isBusy && !name.isBlank }
    /// The trees beside the main one.
    public var linked: [Worktree] { Array((worktrees ?? []).dropFirst()) }
    /// Where trees are made, merged and compared: the main tree once it is known.
    private var main: String? { worktrees?.first?.path ?? folder }

    public func show(in folder: String?) {
        if folder != self.folder { (worktrees, states, problem, news) = (nil, [:], nil, nil) }
        self.folder = folder
        isShown = true
    }

    public func load() async { await doing {} }

    /// Makes a session in a tree of its own, which the window is led to. A script of the project is asked about first.
    public func create() async {
        guard canCreate, let main else { return }
        let about = name.trimmingCharacters(in: .whitespacesAndNewlines)
        await doing {
            let made = try await client.createWorktreeSession(about: about, in: main)
            name = ""
            leadsTo = made.session
            switch made.setup?.isAllowed {
            case true?: try await prepare(made)
            case nil: askingSetup = made.setup.map { SetupQuestion(script: $0.script, session: made) }
            case false?: break
            }
            if askingSetup == nil, problem == nil { isShown = false }
        }
    }

    /// Answers the question whether the project's script may be run; with yes it is.
    public func answerSetup(_ question: SetupQuestion, _ isAllowed: Bool) async {
        askingSetup = nil
        guard let main else { return }
        await doing {
            try await client.allowSetup(question.script, isAllowed, of: main)
            if isAllowed { try await prepare(question.session) }
        }
        if problem == nil { isShown = false }
    }

    public func merge(_ worktree: Worktree, asOneChange: Bool) async {
        guard let main else { return }
        await doing {
            let merged = try await client.merge(worktree: worktree.path, into: main, asOneChange: asOneChange)
            news = merged.sentence(worktree.branch ?? "the commit")
        }
    }

    /// Opens the page for a pull request.
    public func openPullRequest(for worktree: Worktree, on desktop: any Desktop) async {
        guard let main, let branch = worktree.branch else { return }
        await doing {
            guard let page = try await client.pullRequestPage(for: branch, of: main) else {
                throw WorkbenchError(.invalidRequest, "The remote “origin” has no web page; push the branch instead.")
            }
            desktop.open(address: page)
            news = page
        }
    }

    /// Puts a tree away. Where its branch is at the remote as well, the person says first whether it goes there, too.
    public func askToArchive(_ worktree: Worktree) async {
        guard let main, let branch = worktree.branch else { return await archive(worktree) }
        let known = (try? await client.branches(in: main)) ?? []
        guard known.contains(where: { $0.isRemote && $0.name == "origin/\(branch)" }) else {
            return await archive(worktree)
        }
        askingRemote = worktree
    }

    /// Puts a tree away. Where work would be lost that is nowhere else, the person is asked first.
    public func archive(
        _ worktree: Worktree,
        losingWork: Bool = false,
        deletingRemoteBranch: Bool = false
    ) async {
        (askingRemote, askingLoss) = (nil, nil)
        guard let main else { return }
        await doing {
            do {
                try await client.archive(
                    worktree: worktree.path,
                    of: main,
                    losingWork: losingWork,
                    deletingRemoteBranch: deletingRemoteBranch
                )
                news = "\(worktree.branch ?? worktree.path) was archived."
            } catch let error as WorkbenchError where error.kind == .invalidRequest && !losingWork {
                guard states[worktree.path]?.isMerged != true else { throw error }
                askingLoss = LossQuestion(
                    worktree: worktree,
                    message: error.message,
                    deletesRemoteBranch: deletingRemoteBranch
                )
            }
        }
    }

    /// The person would rather lose the work.
    public func archive(losing question: LossQuestion) async {
        await archive(question.worktree, losingWork: true, deletingRemoteBranch: question.deletesRemoteBranch)
    }

    public func takeLead() -> SessionID? {
        defer { leadsTo = nil }
        return leadsTo
    }

    private func prepare(_ made: WorktreeSession) async throws {
        guard let main else { return }
        let outcome = try await client.runSetup(of: main, in: made.path)
        guard outcome.isSuccess else {
            throw WorkbenchError(.invalidRequest, "The setup script failed: \(outcome.output.suffix(2_000))")
        }
    }

    /// Does something and reads what there is then, with how each tree stands.
    private func doing(_ action: () async throws -> Void) async {
        guard let folder else { return }
        isBusy = true
        defer { isBusy = false }
        (problem, news) = (nil, nil)
        do { try await action() } catch { problem = error.sentence }
        do {
            let found = try await client.worktrees(of: folder)
            worktrees = found
            let main = found.first?.path ?? folder
            for tree in found.dropFirst() {
                states[tree.path] = try? await client.state(ofWorktree: tree.path, beside: main)
            }
        } catch {
            problem = problem ?? error.sentence
        }
    }
}

extension WorktreeMerge {
    fileprivate func sentence(_ branch: String) -> String {
        switch self {
        case .done: "\(branch) was merged."
        case .nothing: "There was nothing to merge: the project has all of \(branch)."
        case .staged: "The changes of \(branch) are staged in the project; commit them there."
        case .stopped(let conflicts, let words):
            conflicts.isEmpty
                ? "The merge stopped: \(words)"
                : "The merge stopped. Settle the conflicts in the project first: \(conflicts.joined(separator: ", "))"
        }
    }
}
