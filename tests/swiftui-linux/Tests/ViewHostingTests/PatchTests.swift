// Patches: as small as they can be, and never wrong.

import Testing
import ViewHTML

@testable import ViewHosting

struct PatchTests {
    private func row(_ id: Int, _ text: String) -> Element {
        Element("div", id: "r\(id)", ["row"], children: [Element("span", text: text)])
    }

    private func page(_ rows: [Element], classes: [String] = ["list"]) -> Element {
        Element("div", id: "page", classes, children: rows)
    }

    @Test func nothingChangedMeansNoPatch() {
        #expect(Patch.changes(from: page([row(1, "a")]), to: page([row(1, "a")])) == [])
    }

    @Test func aChangedTextIsSentWithItsNearestNamedElement() {
        let patches = Patch.changes(from: page([row(1, "a"), row(2, "b")]), to: page([row(1, "a"), row(2, "c")]))
        #expect(patches == [Patch(id: "r2", put: row(2, "c").html)])
    }

    @Test func changedAttributesAreSentAlone() {
        let patches = Patch.changes(from: page([row(1, "a")]), to: page([row(1, "a")], classes: []))
        #expect(patches == [Patch(id: "page", drop: ["class"])])
    }

    @Test func addedElementsAreSentAlone() {
        let patches = Patch.changes(from: page([row(1, "a")]), to: page([row(1, "b"), row(2, "c"), row(3, "d")]))
        #expect(
            patches == [
                Patch(id: "r1", put: row(1, "b").html), Patch(id: "page", add: row(2, "c").html + row(3, "d").html),
            ]
        )
    }

    @Test func removedAndMovedElementsMakeTheirParentAnew() {
        let old = page([row(1, "a"), row(2, "b")])
        let fewer = page([row(2, "b")])
        #expect(Patch.changes(from: old, to: fewer) == [Patch(id: "page", put: fewer.html)])
        let moved = page([row(2, "b"), row(1, "a")])
        #expect(Patch.changes(from: old, to: moved) == [Patch(id: "page", put: moved.html)])
    }

    @Test func whatWasTypedIsFoundBetweenTwoTexts() {
        #expect(Typing.inserted(from: "hello", to: "hellob") == "b")
        #expect(Typing.inserted(from: "ac", to: "abc") == "b")
        #expect(Typing.inserted(from: "", to: "é") == "é")
        #expect(Typing.inserted(from: "aaa", to: "aa") == "")
    }
}
