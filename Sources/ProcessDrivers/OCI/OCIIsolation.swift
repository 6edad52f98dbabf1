import BenchrunModel

/// An OCI runtime that is started by hand, with a bundle of benchrun's own.
struct OCIIsolation: Isolation {
    let name: String
    var program: String { name }
    var package: String { name }
    let toolPlace = ToolPlace.beside
    let makesGroups = false
    let ending = Ending.signal
    let inventsBootID = false
    /// Whether it refuses to work where controllers are spread over both versions of control groups.
    let refusesHybrid: Bool

    /// The runtime of docker, and the reference.
    static let runc = OCIIsolation(name: "runc", refusesHybrid: false)
    /// The one in C.
    static let crun = OCIIsolation(name: "crun", refusesHybrid: true)

    /// `run` stays in the foreground until the container has ended, hands its standard streams on and passes signals
    /// on. Its records are in the instance's folder, and so nowhere else when it is killed.
    func start(_ request: IsolationRequest) throws(OptionError) -> IsolationStart {
        let text = try OCIBundle.text(OCIBundle.config(request, runtime: name))
        let records = "\(request.folder)/state"
        var start = IsolationStart(
            arguments: [request.executable, "--root", records, "run", "--bundle", request.folder, request.name],
            files: ["config.json": text],
            folders: ["state"]
        )
        // It looks at what is mounted, not at what it needs.
        if refusesHybrid, request.cgroups == .hybrid(controllersOnV2: true) { start.hidden = request.unifiedMounts }
        return start
    }
}
