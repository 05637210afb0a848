// A chat in a given state, for previews and screen tests.

extension ChatModel {
    /// A chat that has read a log already.
    ///
    /// - Parameters:
    ///   - log: what it has read.
    ///   - client: where it reads on.
    public convenience init(reading log: MockLog, from client: any WorkbenchClient) {
        self.init(summary: log.summary, client: client)
        apply(log.events)
    }
}
