import Foundation
import XMLCoder

/// What libvirt says domains of a type can have, as far as it is asked for here.
struct DomainCapabilities: Decodable, Sendable {
    /// Path of the emulator.
    var path: String
    /// The machine type with its version: `pc-q35-7.2`.
    var machine: String
    var cpu: CPU
    var devices: Devices?

    struct CPU: Decodable, Sendable {
        var mode: [Mode]
    }

    /// One way to choose a CPU.
    struct Mode: Decodable, Sendable {
        var name: String
        var supported: String
        var model: [Model]?
    }

    /// One model of the mode `custom`.
    struct Model: Decodable, Sendable {
        var name: String

        enum CodingKeys: String, CodingKey {
            case name = ""
        }
    }

    /// Kinds of devices, as far as they are asked for.
    struct Devices: Decodable, Sendable {
        var filesystem: Device?
    }

    /// One kind of device and the values that its properties may have.
    struct Device: Decodable, Sendable {
        var supported: String
        var `enum`: [Property]?
    }

    struct Property: Decodable, Sendable {
        var name: String
        var value: [String]?
    }

    /// Reads libvirt's XML.
    init(xml: String) throws {
        self = try XMLDecoder().decode(DomainCapabilities.self, from: Data(xml.utf8))
    }

    /// Whether a CPU mode, or a model by its name, can be had.
    func offers(cpu name: String) -> Bool {
        if let mode = cpu.mode.first(where: { $0.name == name }) { return mode.supported == "yes" }
        let custom = cpu.mode.first { $0.name == "custom" && $0.supported == "yes" }
        return custom?.model?.contains { $0.name == name } ?? false
    }

    /// Whether a directory of the host can be shown to guests by a driver.
    func offers(fileSystem driver: String) -> Bool {
        guard let kind = devices?.filesystem, kind.supported == "yes" else { return false }
        return kind.enum?.contains { $0.name == "driverType" && $0.value?.contains(driver) ?? false } ?? false
    }
}
