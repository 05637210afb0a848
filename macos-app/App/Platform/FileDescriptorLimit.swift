// How many files the app may have open.
import Darwin

/// An app that Finder starts may open 256 files; sessions, their readers and child processes can need more.
enum FileDescriptorLimit {
    /// Raises the soft limit as far as the system lets it. Leaves it as it is when that fails.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(RLIMIT_NOFILE, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, rlim_t(OPEN_MAX))
        setrlimit(RLIMIT_NOFILE, &limit)
    }
}
