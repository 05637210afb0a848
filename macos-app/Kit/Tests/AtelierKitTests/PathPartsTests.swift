// Paths as the core tells them: in double quotes where they are no UTF-8.
import Testing

@testable import AtelierKit

@Suite struct PathPartsTests {
    @Test(arguments: [
        ("/a/b.txt", "/a", "b.txt"), ("b.txt", "", "b.txt"),
        (#""/a/caf\351.txt""#, "/a", #""caf\351.txt""#),
        (#""caf\351.txt""#, "", #""caf\351.txt""#),
        (#""/d\351/b.txt""#, #""/d\351""#, "b.txt"),
        // What is UTF-8 in the parent stands as it is there.
        (#""/gr\303\266\303\237e/x\377""#, "/größe", #""x\377""#),
        (#""a/q\"\\\351""#, "a", #""q\"\\\351""#),
        // A name with quotes of its own.
        (#""\"x\".txt""#, "", #""\"x\".txt""#),
    ])
    func aPathIsTakenApartAndPutTogether(_ path: String, _ parent: String, _ name: String) {
        #expect(path.parentPath == parent && path.pathName == name)
        #expect(parent.appendingPath(name) == path && path.path(in: parent) == name)
        #expect(path.pathNames.last == name)
    }

    @Test func aPathLiesOnlyInItsFolders() {
        let path = #""/a/d\351/caf\351.txt""#
        #expect(path.path(in: "/a") == #""d\351/caf\351.txt""# && path.path(in: #""/a/d\351""#) == #""caf\351.txt""#)
        #expect(path.path(in: "/a/d") == nil && path.path(in: path) == nil && "/ab/c".path(in: "/a") == nil)
        #expect(path.pathNames == ["a", #""d\351""#, #""caf\351.txt""#])
        // A quoted name that becomes plain in its folder.
        #expect("/a".appendingPath(#""\"x\".txt""#) == #"/a/"x".txt"#)
        #expect(#"/a/"x".txt"#.path(in: "/a") == #""\"x\".txt""#)
    }

    @Test(arguments: [#""half"#, #""a\9""#, #""a\777""#, #""a"b""#, #"""#, #""a\""#])
    func whatIsNoAddressIsAPlainPath(_ path: String) {
        #expect(path.pathName == path && "d".appendingPath(path) == "d/\(path)")
    }

}
