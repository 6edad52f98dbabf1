#if Libvirt
public import BenchrunModel
import Foundation

extension LibvirtDriver: ReadinessChoosing {
    /// A line of the console for guests that boot their own disk, else the agent's first frame.
    public func readiness(of environment: EnvironmentSpec) -> Readiness {
        guard let options = try? OwnKernelOptions(environment) else { return .agentFrame(.seconds(60)) }
        return .serialPattern(options.ready, options.readyLimit)
    }

    /// Why the image cannot be used by an environment whose guests boot their own disk.
    static var withoutBootDisk: DriverError {
        DriverError(
            subject: "libvirt/prepare",
            detail: "the image has no disk that a BIOS starts",
            nextStep: "import one with 'benchrun image import NAME disk:FILE' and name it with --image"
        )
    }

    /// Checks that the image has a disk that boots.
    func prepareOwnKernel(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        _ = try await examine(environment)
        guard let disk = context.image.bootDisk, FileManager.default.isReadableFile(atPath: disk) else {
            throw Self.withoutBootDisk
        }
    }
}
#endif
