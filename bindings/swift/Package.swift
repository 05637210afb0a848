// swift-tools-version: 6.0
// The Rust core for Swift. `scripts/build-bindings` makes Generated/ and Artifacts/ first.
//
//   AtelierCoreFFI    the C module of the library: Generated/ and Artifacts/ on Linux, an XCFramework on macOS
//   AtelierBindings   what UniFFI generated, in Swift 5 mode; nobody but AtelierCore imports it
//   AtelierCore       `LiveClient`: the core behind the Kit's `WorkbenchClient`
//   ModelServer       the fake model server, for tests and the benchmark
import PackageDescription

#if os(macOS)
let library: Target = .binaryTarget(name: "AtelierCoreFFI", path: "Artifacts/AtelierCoreFFI.xcframework")
let linking: [LinkerSetting] = ["CoreFoundation", "CoreServices", "Security"].map { .linkedFramework($0) }
#else
let library: Target = .systemLibrary(name: "AtelierCoreFFI", path: "Generated/AtelierCoreFFI")
let linking: [LinkerSetting] = [
    // Flags are unsafe only to packages that are fetched by version; everyone here depends by path.
    .unsafeFlags(["-L\(Context.packageDirectory)/Artifacts/linux"]),
    .linkedLibrary("atelier_ffi"),
]
#endif

let strict: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]
let kit: Target.Dependency = .product(name: "AtelierKit", package: "Kit")

let package = Package(
    name: "AtelierCore",
    platforms: [.macOS(.v15)],
    products: [.library(name: "AtelierCore", targets: ["AtelierCore"])],
    dependencies: [.package(path: "../../macos-app/Kit")],
    targets: [
        library,
        .target(
            name: "AtelierBindings",
            dependencies: ["AtelierCoreFFI"],
            path: "Generated/AtelierBindings",
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: linking
        ),
        .target(name: "AtelierCore", dependencies: ["AtelierBindings", kit], swiftSettings: strict),
        .executableTarget(
            name: "event-benchmark",
            dependencies: ["AtelierCore", "ModelServer", kit],
            path: "Sources/EventBenchmark",
            swiftSettings: strict
        ),
        .target(name: "ModelServer", path: "Tests/ModelServer", swiftSettings: strict),
        .testTarget(
            name: "AtelierCoreTests",
            dependencies: ["AtelierCore", "ModelServer", kit, .product(name: "AtelierContract", package: "Kit")],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
