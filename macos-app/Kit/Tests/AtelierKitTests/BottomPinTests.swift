// Following the end of a transcript.
import Testing

@testable import AtelierKit

@Suite struct BottomPinTests {
    /// A transcript that is seen through a window 500 points high, at first at its end.
    private struct Transcript {
        var pin = BottomPin()
        var extent = ScrollExtent(offset: 500, content: 1000, visible: 500)

        /// Changes what is given; answers whether the transcript has to be scrolled to its end.
        mutating func change(offset: Double? = nil, content: Double? = nil, visible: Double? = nil) -> Bool {
            let old = extent
            extent.offset = offset ?? old.offset
            extent.content = content ?? old.content
            extent.visible = visible ?? old.visible
            return pin.follow(from: old, to: extent)
        }
    }

    @Test func aGrowingTranscriptIsFollowedWhileTheReaderIsAtItsEnd() {
        var transcript = Transcript()
        let follows = transcript.change(content: 1400)
        #expect(follows)
        let followsItsOwnScrolling = transcript.change(offset: 900)
        #expect(!followsItsOwnScrolling && transcript.pin.isPinned)
    }

    @Test func aReaderWhoScrolledBackIsLeftAloneUntilTheyComeBackToTheEnd() {
        var transcript = Transcript()
        let moves = [transcript.change(offset: 200), transcript.change(content: 1200)]
        #expect(moves == [false, false] && !transcript.pin.isPinned)
        let followsTheReader = transcript.change(offset: 670)
        #expect(!followsTheReader && transcript.pin.isPinned)
        let followsAgain = transcript.change(content: 1300)
        #expect(followsAgain)
    }

    @Test func aSmallerWindowKeepsTheEndInSight() {
        var transcript = Transcript()
        let follows = transcript.change(visible: 300)
        #expect(follows)
        let followsALargerOne = transcript.change(offset: 400, visible: 600)
        #expect(!followsALargerOne, "the end is in sight already")
    }

    @Test func whoAsksForTheEndIsTakenThere() {
        var transcript = Transcript()
        _ = transcript.change(offset: 0)
        transcript.pin.pin()
        let follows = transcript.change(content: 1300)
        #expect(follows)
    }
}
