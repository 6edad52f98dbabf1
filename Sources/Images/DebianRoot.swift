import BenchrunModel
import Foundation
import Glibc
import Host

/// Makes root file systems with mmdebstrap from this host's own apt sources.
///
/// Builds on one host from the same package versions give the same archive, byte for byte. Between hosts or over time
/// nothing promises that: mirrors move on, and the key does not hold versions. What a run used is in its digest.
struct DebianRoot: RootBuilder {
    /// Times after this one become this one (2025-01-01), so that two builds of the same packages are the same.
    static let epoch = 1_735_689_600

    /// Where apt's own configuration is.
    var aptDirectory = "/etc/apt"

    func key(for recipe: ImageRecipe, packages: [String]) async throws -> ImageKey {
        let sources = try await onOwnThread { try AptSources.read(aptDirectory) }
        let architecture = try await DebianArchitecture.own()
        guard let suite = recipe.suite ?? sources.suite else {
            throw HostError(
                subject: "image \(recipe.name)",
                detail: "this host's apt sources name no suite",
                nextStep: "add 'suite:' to the recipe"
            )
        }
        let adapted = sources.adapted(to: suite)
        guard !adapted.entries.isEmpty else {
            throw HostError(
                subject: "image \(recipe.name)",
                detail: "this host's apt sources have nothing of suite '\(suite)'",
                nextStep: "remove 'suite:' from the recipe"
            )
        }
        return try ImageKey(
            recipe: recipe,
            packages: packages,
            architecture: architecture,
            suite: suite,
            sources: adapted.suites
        )
    }

    func requirePossible(_ key: ImageKey) async throws {
        let subject = "image \(key.recipe.name)"
        try Tool.require(["mmdebstrap", "unshare", "setpriv", "tar"], for: subject)
        guard geteuid() == 0 else {
            throw HostError(
                subject: subject,
                detail: "building a root file system needs root",
                nextStep: "run 'sudo benchrun image build' once with the same XDG_CACHE_HOME; using it does not"
            )
        }
        try await PackageNames.check(key, subject: subject)
    }

    func build(_ key: ImageKey, in directory: String, progress: ProgressReporter) async throws {
        let subject = "image \(key.recipe.name)"
        let sources = try await onOwnThread { try AptSources.read(aptDirectory) }.adapted(to: key.recipe.suite)
        let configuration = try await AptConfiguration.read()
        let work = "\(directory)/work"
        let files = try await onOwnThread {
            try FileBytes.makeDirectories(work)
            return try write(sources, configuration, to: work)
        }
        let tree = "\(directory)/\(ImageFile.tree)"
        let log = "\(work)/mmdebstrap.log"
        let command = ContainedCommand(
            arguments: Self.arguments(key, tree: tree, configuration: "\(work)/apt.conf", sources: files),
            environment: [
                "SOURCE_DATE_EPOCH": "\(Self.epoch)", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C",
                "TMPDIR": work, "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ],
            log: log
        )
        let current = CurrentStage(.fetchingLists)
        let status = try await progress.during({ current.stage }) {
            try await command.run { line in
                if let stage = BootstrapLog.stage(line) {
                    current.stage = stage
                    progress.report(stage)
                }
            }
        }
        guard status == 0 else {
            let said = (try? await onOwnThread { try FileBytes.read(log, limit: 8 << 20) }) ?? []
            throw BootstrapLog.failure(
                String(decoding: said, as: UTF8.self),
                status: status,
                subject: subject,
                redaction: Redaction(hosts: sources.hosts)
            )
        }
        try await progress.during(.finishing) {
            try await onOwnThread {
                try DirectoryTree.remove(work)
                try TreeFinisher(tree: tree, epoch: Self.epoch).finish()
            }
        }
        try await progress.during(.archiving) {
            _ = try await HostCommand(
                Self.packing(tree, into: "\(directory)/\(ImageFile.archive)"),
                environment: ["LC_ALL": "C"],
                timeLimit: .seconds(1800)
            ).check()
        }
    }

    func makeDisk(from tree: String, at path: String, digest: String) async throws {
        try await DiskImage(tree: tree, digest: digest, epoch: Self.epoch).write(to: path)
    }

    private func write(_ sources: AptSources, _ configuration: String, to work: String) throws -> [String] {
        // Addresses and proxies can hold passwords: only root reads these files, and they go with the work directory.
        try FileBytes.create("\(work)/apt.conf", Array(configuration.utf8), mode: 0o600)
        let files = [("sources.list", sources.listFile), ("debian.sources", sources.stanzaFile)]
        return try files.compactMap { name, text in
            guard let text else { return nil }
            try FileBytes.create("\(work)/\(name)", Array(text.utf8), mode: 0o600)
            return "\(work)/\(name)"
        }
    }

    static func arguments(_ key: ImageKey, tree: String, configuration: String, sources: [String]) -> [String] {
        let unwanted = ["doc", "man", "info", "locale", "lintian", "bug"].map {
            "--dpkgopt=path-exclude=/usr/share/\($0)/*"
        }
        let included =
            key.recipe.packages.isEmpty ? [] : ["--include=\(key.recipe.packages.joined(separator: ","))"]
        return [
            "mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory",
            "--architectures=\(key.recipe.architecture)", "--aptopt=\(configuration)",
            "--aptopt=APT::Install-Recommends \"false\"", "--dpkgopt=force-unsafe-io",
        ] + unwanted + included + [key.recipe.suite, tree] + sources
    }

    /// The tree as a tar in which only its content matters: sorted, without the times of access and change.
    static func packing(_ tree: String, into archive: String) -> [String] {
        [
            "tar", "--create", "--file=\(archive)", "--directory=\(tree)", "--sort=name", "--numeric-owner",
            "--format=posix", "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime", "--xattrs",
            "--xattrs-include=*", "--xattrs-exclude=security.selinux", "--xattrs-exclude=trusted.*", ".",
        ]
    }
}
