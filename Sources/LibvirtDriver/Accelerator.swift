/// Who executes a guest's instructions, and why.
struct Acceleration: Sendable, Equatable {
    /// `kvm` or `tcg`.
    var accelerator: LibvirtOptions.Accelerator
    /// In plain words.
    var reason: String
}

/// What is known about KVM on this host.
enum KVMState: Sendable, Equatable {
    /// There is no /dev/kvm.
    case noDevice
    /// /dev/kvm cannot be opened; why.
    case noAccess(String)
    /// libvirt does not offer domains of type kvm; why.
    case notOffered(String)
    /// A probe guest was tried.
    case probed(KVMAnswer)
}

/// What became of the probe guest.
struct KVMAnswer: Sendable, Equatable, Codable {
    /// Whether it answered.
    var works: Bool
    /// What happened, in plain words.
    var detail: String
}

extension Acceleration {
    /// Decides what to use.
    /// - Parameter kvm: asked only when the answer matters.
    /// - Returns: nil where KVM was asked for by name and does not work; then `reason` says why.
    static func decide(
        _ asked: LibvirtOptions.Accelerator,
        kvm: () async -> KVMState
    ) async -> (acceleration: Acceleration?, reason: String) {
        if asked == .tcg { return decided(.tcg, "asked for by the environment") }
        let state = await kvm()
        if case .probed(let answer) = state, answer.works { return decided(.kvm, answer.detail) }
        let reason = state.reason
        return asked == .kvm ? (nil, reason) : decided(.tcg, reason)
    }

    private static func decided(
        _ accelerator: LibvirtOptions.Accelerator,
        _ reason: String
    ) -> (acceleration: Acceleration?, reason: String) {
        (Acceleration(accelerator: accelerator, reason: reason), reason)
    }
}

extension KVMState {
    /// Why KVM is not used, in plain words.
    var reason: String {
        switch self {
        case .noDevice: "there is no /dev/kvm"
        case .noAccess(let why): "/dev/kvm cannot be opened: \(why)"
        case .notOffered(let why): "/dev/kvm exists, but libvirt does not offer kvm: \(why)"
        case .probed(let answer) where answer.works: answer.detail
        case .probed(let answer): "/dev/kvm exists, but \(answer.detail)"
        }
    }
}
