import BenchrunModel

/// What an environment file may set for guests that boot their own disk with their own kernel: `boot: disk`.
struct OwnKernelOptions: Sendable {
    /// Names that environment files may use.
    static let names: Set<String> = ["boot", "ready", "ready-limit", "shutdown-limit"]

    /// A regular expression; the line of the serial console that it matches says that the guest is ready.
    var ready: String
    /// How long a guest may take until then.
    var readyLimit: Duration
    /// How long a guest may take to power off when its power button is pressed; 0 does not press it.
    var shutdownLimit: Duration

    /// What a getty prints.
    static let login = "login: ?$"

    /// Reads an environment's options; nil where guests start benchrun's kernel.
    /// - Throws: ``DriverError`` naming the option, its value and what is permitted.
    init?(_ environment: EnvironmentSpec) throws(DriverError) {
        let options = environment.options
        let subject = "libvirt/\(environment.name)"
        guard let boot = options["boot"], boot != "kernel" else {
            if let name = Self.names.sorted().first(where: { options[$0] != nil && $0 != "boot" }) {
                throw DriverError(
                    subject: subject,
                    detail: "\(name) is for guests that boot their own disk",
                    nextStep: "add 'boot: disk'"
                )
            }
            return nil
        }
        guard boot == "disk" else {
            throw DriverError(subject: subject, detail: "boot '\(boot)' is not known", nextStep: "use kernel or disk")
        }
        if options["kernel-arguments"] != nil {
            throw DriverError(
                subject: subject,
                detail: "kernel-arguments are for benchrun's kernel, and this one's is on its disk",
                nextStep: "remove them, or change the disk's boot loader"
            )
        }
        for name in ["bridge", "connection", "engine", "network", "scratch"] where options[name] != nil {
            throw DriverError(
                subject: subject,
                detail: "\(name) has no meaning for a guest that boots its own disk",
                nextStep: "remove it, or remove 'boot: disk'"
            )
        }
        ready = options["ready"] ?? Self.login
        guard !ready.isEmpty, (try? Regex(ready)) != nil else {
            throw DriverError(
                subject: subject,
                detail: "ready '\(ready)' is not a regular expression",
                nextStep: "give what a line of the guest's serial console matches, such as 'login:'"
            )
        }
        readyLimit = try Self.seconds(options["ready-limit"], of: "ready-limit", or: 300, subject)
        shutdownLimit = try Self.seconds(options["shutdown-limit"], of: "shutdown-limit", or: 30, subject)
    }

    private static func seconds(
        _ text: String?,
        of name: String,
        or standard: Int,
        _ subject: String
    ) throws(DriverError) -> Duration {
        guard let text else { return .seconds(standard) }
        let words = text.split(separator: " ")
        guard let first = words.first, let number = Int(first), (0...3600).contains(number),
            words.count == 1 || (words.count == 2 && words[1] == "s")
        else {
            throw DriverError(
                subject: subject,
                detail: "\(name) '\(text)' is not a time",
                nextStep: "give seconds, such as '60 s'"
            )
        }
        return .seconds(number)
    }
}
