// swift-tools-version: 6.2
import PackageDescription

// Every target of this package is held to the same rules; warnings are errors.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let collections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let xml: Target.Dependency = .product(name: "XMLCoder", package: "XMLCoder")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// libvirt is optional: a host that only runs containers builds with `--disable-default-traits`.
let whenLibvirt: TargetDependencyCondition? = .when(traits: ["Libvirt"])

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

func unitTests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

let package = Package(
    name: "benchrun",
    products: [
        .executable(name: "benchrun", targets: ["benchrun"]),
        .executable(name: "benchrun-agent", targets: ["benchrun-agent"]),
    ],
    traits: [
        .trait(name: "Libvirt", description: "The libvirt driver; needs libvirt-dev."),
        .default(enabledTraits: ["Libvirt"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        // What runs inside an instance: no Foundation, linked statically.
        .target(name: "CLinux"),
        module("AgentProtocol"),
        .executableTarget(
            name: "benchrun-agent",
            dependencies: ["AgentProtocol", "CLinux"],
            swiftSettings: house
        ),
        // The vocabulary, and the seam between an experiment and a driver.
        module("BenchrunModel", ["AgentProtocol"]),
        // This host: processes, control groups, agent links, ledger and lock.
        module("Host", ["AgentProtocol", "BenchrunModel", "CLinux", subprocess, system, logging]),
        // From files to a plan.
        module(
            "Catalog",
            ["BenchrunModel", "AgentProtocol", yams],
            resources: [.embedInCode("Resources/workflow.yml")]
        ),
        module("Images", ["BenchrunModel", "Host", logging], resources: [.embedInCode("Resources/guest-init.sh")]),
        // Drivers.
        module("ProcessDrivers", ["AgentProtocol", "BenchrunModel", "CLinux", "Host", logging]),
        .systemLibrary(name: "CLibvirt", pkgConfig: "libvirt", providers: [.apt(["libvirt-dev"])]),
        module("Libvirt", ["Host", .target(name: "CLibvirt", condition: whenLibvirt)]),
        module(
            "LibvirtDriver",
            [
                "AgentProtocol", "BenchrunModel", "Host", "Images", "ProcessDrivers",
                .target(name: "Libvirt", condition: whenLibvirt), xml, logging,
            ]
        ),
        // Measuring.
        module("Statistics"),
        module("Experiment", ["AgentProtocol", "BenchrunModel", "Catalog", "Host", "Results", "Statistics", logging]),
        // From samples to an answer.
        module("Results", ["BenchrunModel", collections]),
        module("Import", ["BenchrunModel", "Results"]),
        module("Analysis", ["BenchrunModel", "Results", "Statistics"]),
        module("Reports", ["BenchrunModel", "Results", "Analysis", "Host", "Statistics", mustache]),
        .executableTarget(
            name: "benchrun",
            dependencies: [
                "AgentProtocol", "Analysis", "BenchrunModel", "Catalog", "Experiment", "Host", "Images", "Import",
                "ProcessDrivers", "Reports", "Results", "Statistics",
                .target(name: "LibvirtDriver", condition: whenLibvirt),
                arguments, logging,
            ],
            swiftSettings: house
        ),
        // benchrun measured against its own promises; see benchmarks/self.
        .executableTarget(
            name: "benchrun-self",
            dependencies: ["Analysis", "BenchrunModel", "Experiment", "Results", "Statistics", arguments],
            path: "benchmarks/self/programs",
            swiftSettings: house
        ),
        // What tests of more than one module use.
        .target(name: "TestSupport", dependencies: ["Results"], path: "Tests/TestSupport", swiftSettings: house),
        unitTests("StatisticsTests", ["Statistics"], resources: [.copy("Fixtures")]),
        unitTests("AgentTests", ["AgentProtocol", "Host", "BenchrunModel"]),
        unitTests("HostTests", ["Host", "BenchrunModel"]),
        unitTests("CatalogTests", ["Catalog", "AgentProtocol", "BenchrunModel"], resources: [.copy("Fixtures")]),
        unitTests("ImagesTests", ["Images", "BenchrunModel", "Host"]),
        unitTests("DriverTests", ["ProcessDrivers", "LibvirtDriver", "Libvirt", "BenchrunModel", "Host"]),
        unitTests("ExperimentTests", ["Experiment", "BenchrunModel", "AgentProtocol", "Results", "Catalog"]),
        unitTests(
            "ReportsTests",
            ["Results", "Analysis", "Reports", "BenchrunModel", "Statistics", "TestSupport"],
            resources: [.copy("Fixtures")]
        ),
        unitTests(
            "ImportTests",
            ["Import", "Results", "Analysis", "Reports", "BenchrunModel", "Statistics", "TestSupport"],
            resources: [.copy("Fixtures")]
        ),
        unitTests(
            "IntegrationTests",
            ["Results", "BenchrunModel", "Host", "Experiment", "Analysis", "Reports", "Statistics", subprocess]
        ),
    ]
)
