// What an app tells a person who looks elsewhere.

/// A notice in the corner of the page.
public struct PageNotice: Sendable {
    public let title: String
    public let body: String
    /// A notice replaces an earlier one with the same tag.
    public let tag: String
    let choose: @MainActor @Sendable () -> Void

    /// `choose`: what happens when the person clicks it.
    public init(title: String, body: String, tag: String, choose: @escaping @MainActor @Sendable () -> Void) {
        self.title = title
        self.body = body
        self.tag = tag
        self.choose = choose
    }
}
