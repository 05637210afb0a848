// swift-tools-version: 6.0
// Everything of the app that is not the app target: values and models (AtelierKit), views (AtelierUI), and the
// behaviour every core must show (AtelierContract).
import PackageDescription

let strict: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

#if os(macOS)
let standIns: [Target.Dependency] = []
let standInPackages: [Package.Dependency] = []
let screenTests: [Target] = []
#else
// Linux only: a stand-in module that is *named* SwiftUI, so that the same sources compile and can be evaluated.
let standIns: [Target.Dependency] = [.product(name: "SwiftUI", package: "swiftui-linux")]
let standInPackages: [Package.Dependency] = [.package(path: "../../tests/swiftui-linux")]
let screenTests: [Target] = [
    .testTarget(
        name: "ScreenTests",
        dependencies: ["AtelierUI", .product(name: "ViewTesting", package: "swiftui-linux")],
        swiftSettings: strict
    )
]
#endif

let package = Package(
    name: "Kit",
    defaultLocalization: "en",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "AtelierKit", targets: ["AtelierKit"]),
        .library(name: "AtelierUI", targets: ["AtelierUI"]),
        .library(name: "AtelierContract", targets: ["AtelierContract"]),
    ],
    dependencies: standInPackages,
    targets: [
        .target(name: "AtelierKit", swiftSettings: strict),
        .target(name: "AtelierUI", dependencies: ["AtelierKit"] + standIns, swiftSettings: strict),
        .target(name: "AtelierContract", dependencies: ["AtelierKit"], swiftSettings: strict),
        .testTarget(name: "AtelierKitTests", dependencies: ["AtelierKit", "AtelierContract"], swiftSettings: strict),
    ] + screenTests,
    swiftLanguageModes: [.v6]
)
