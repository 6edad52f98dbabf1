public import BenchrunModel

/// Which image is wanted, and in which forms.
public struct ImageRequest: Sendable {
    /// Where it comes from.
    public var recipe: ImageRecipe
    /// Packages that the selected workloads need, added to the recipe's.
    public var packages: [String]
    /// Whether a virtual machine is among the environments: only then are disk, kernel and initramfs made.
    public var forVirtualMachines: Bool
    /// The static agent executable, for the initramfs.
    public var agentExecutable: String
    /// The user's own guest kernel instead of Debian's.
    public var kernel: String?
    /// The user's own initramfs; it must start the agent as benchrun's own does.
    public var initramfs: String?
    /// Builds again what is there.
    public var rebuild: Bool
    /// Finds container engines, for recipes whose source needs one.
    public var engines: EngineFinding?

    /// Creates a request.
    public init(
        recipe: ImageRecipe,
        packages: [String] = [],
        forVirtualMachines: Bool,
        agentExecutable: String,
        kernel: String? = nil,
        initramfs: String? = nil,
        rebuild: Bool = false
    ) {
        self.recipe = recipe
        self.packages = packages
        self.forVirtualMachines = forVirtualMachines
        self.agentExecutable = agentExecutable
        self.kernel = kernel
        self.initramfs = initramfs
        self.rebuild = rebuild
    }
}

/// An image that is complete and may be used.
public struct Image: Sendable {
    /// Its forms.
    public var forms: ImageForms
    /// What is in it.
    public let manifest: ImageManifest
    /// Keeps others from removing it; released when the last copy of it is gone.
    public let lease: ImageLease
}
