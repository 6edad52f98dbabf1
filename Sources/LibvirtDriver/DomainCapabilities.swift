import Foundation
import XMLCoder

/// What libvirt says domains of a type can have, as far as it is asked for here.
struct DomainCapabilities: Decodable, Sendable {
    /// Path of the emulator.
    var path: String
    /// The machine type with its version: `pc-q35-7.2`.
    var machine: String
    var cpu: CPU

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
}
