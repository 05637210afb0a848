// swift-tools-version: 6.0
// A stand-in for SwiftUI on Linux, what tests need to act on its views, and a host that shows them in a browser.
// Never used on a Mac.

import CompilerPluginSupport
import Foundation
import PackageDescription

/// Where the toolchain keeps the SwiftSyntax libraries that macros are made with: beside the real `swift` on PATH.
func toolchainLibraries() -> String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["SWIFT_HOST_LIBRARIES"] { return folder }
    let folders = (environment["PATH"] ?? "").split(separator: ":").map { folder in
        URL(fileURLWithPath: String(folder)).appendingPathComponent("swift")
            .resolvingSymlinksInPath()
            .deletingLastPathComponent()
            .appendingPathComponent("../lib/swift/host")
            .standardizedFileURL.path
    }
    return folders.first { FileManager.default.fileExists(atPath: $0 + "/libSwiftSyntaxMacros.so") }
        ?? "/usr/lib/swift/host"
}

let libraries = toolchainLibraries()
let macroLibraries = ["SwiftCompilerPluginMessageHandling", "SwiftSyntaxMacros", "SwiftSyntaxBuilder", "SwiftSyntax"]

/// Whole windows are evaluated, drawn and compared at every change: three times as fast in debug builds, too.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"])]

let package = Package(
    name: "swiftui-linux",
    products: [
        .library(name: "SwiftUI", targets: ["SwiftUI"]),
        .library(name: "ViewTesting", targets: ["ViewTesting"]),
        .library(name: "ViewHosting", targets: ["ViewHosting"]),
    ],
    targets: [
        .macro(
            name: "StandInMacros",
            swiftSettings: [.unsafeFlags(["-I", libraries])],
            linkerSettings: [
                .unsafeFlags(
                    ["-L", libraries, "-Xlinker", "-rpath", "-Xlinker", libraries]
                        + macroLibraries.map { "-l" + $0 }
                )
            ]
        ),
        .target(name: "SwiftUI", dependencies: ["StandInMacros"], swiftSettings: optimized),
        .target(
            name: "ViewHTML",
            dependencies: ["SwiftUI"],
            resources: [.embedInCode("page.css"), .embedInCode("window.css")],
            swiftSettings: optimized
        ),
        .target(name: "ViewTesting", dependencies: ["SwiftUI", "ViewHTML"]),
        .target(
            name: "ViewHosting",
            dependencies: ["SwiftUI", "ViewHTML"],
            resources: [.embedInCode("Page")],
            swiftSettings: optimized
        ),
        .testTarget(name: "SwiftUITests", dependencies: ["ViewTesting"]),
        .testTarget(name: "ContractTests", dependencies: ["SwiftUI"]),
        .testTarget(name: "ViewHostingTests", dependencies: ["ViewHosting", "ViewHTML", "SwiftUI"]),
    ],
    swiftLanguageModes: [.v6]
)
