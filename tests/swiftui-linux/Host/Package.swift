// swift-tools-version: 6.0
// The hosted app: the app's own scenes over the real core, served to a browser. Linux only.

import PackageDescription

let package = Package(
    name: "hosted-app",
    products: [.executable(name: "hosted-app", targets: ["HostedApp"])],
    dependencies: [
        .package(path: ".."),
        .package(path: "../../../bindings/swift"),
        .package(path: "../../../macos-app/Kit"),
    ],
    targets: [
        .executableTarget(
            name: "HostedApp",
            dependencies: [
                .product(name: "ViewHosting", package: "swiftui-linux"),
                .product(name: "AtelierCore", package: "swift"),
                .product(name: "AtelierKit", package: "Kit"),
                .product(name: "AtelierUI", package: "Kit"),
            ],
            swiftSettings: [.enableUpcomingFeature("ExistentialAny")]
        )
    ],
    swiftLanguageModes: [.v6]
)
