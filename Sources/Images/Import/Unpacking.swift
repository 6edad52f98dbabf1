import Glibc
import Host

/// Tars and compressed files, by the host's programs.
enum Unpacking {
    private static let patience = Duration.seconds(1800)

    /// Unpacks a tar into a directory that is made for it.
    static func extract(_ tar: String, to directory: String) async throws {
        try await onOwnThread {
            try TarFile(tar).check()
            try FileBytes.makeDirectories(directory)
        }
        try await HostCommand(
            [
                "tar", "--extract", "--file=\(tar)", "--directory=\(directory)", "--numeric-owner", "--same-owner",
                "--same-permissions", "--xattrs", "--xattrs-include=*", "--delay-directory-restore",
                "--warning=no-unknown-keyword",
            ],
            environment: ["LC_ALL": "C"],
            timeLimit: patience
        ).check()
    }

    /// Unpacks single members of a tar, whose names were read from it, as files of this user.
    static func extract(_ names: [String], of tar: String, to directory: String) async throws {
        try await HostCommand(
            [
                "tar", "--extract", "--file=\(tar)", "--directory=\(directory)", "--no-same-owner",
                "--no-same-permissions", "--no-wildcards", "--",
            ] + names,
            environment: ["LC_ALL": "C"],
            timeLimit: patience
        ).check()
    }

    /// The program that unpacks a compressed file, which writes to its standard output; nil for any other.
    static func decompressor(_ magic: SourceGuess.Magic) -> String? {
        switch magic {
        case .gzip: "gzip"
        case .xz: "xz"
        case .zstd: "zstd"
        default: nil
        }
    }

    /// Decompresses a file.
    static func decompress(_ path: String, with program: String, to target: String) async throws {
        try Tool.require([program, "setpriv"], for: "images")
        let log = "\(target).log"
        let process = try await ChildProcess.start(
            ["setpriv", "--pdeathsig", "KILL", "--", program, "--decompress", "--stdout"],
            input: .file(path),
            output: .file(target),
            error: .file(log)
        )
        let status = await withTaskCancellationHandler {
            await process.waitForExit()
        } onCancel: {
            process.send(signal: SIGKILL)
        }
        try Task.checkCancellation()
        let said = try await onOwnThread {
            defer { unlink(log) }
            return String(decoding: try FileBytes.read(log, limit: 1000), as: UTF8.self)
        }
        guard status == 0 else {
            throw HostError(
                subject: "images",
                detail: "\(path.split(separator: "/").last ?? "the file") cannot be unpacked by \(program): "
                    + said.split(separator: "\n").joined(separator: "; "),
                nextStep: "make it again from its source"
            )
        }
    }
}
