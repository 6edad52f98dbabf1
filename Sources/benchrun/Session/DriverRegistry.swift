import BenchrunModel
import ProcessDrivers

#if Libvirt
import LibvirtDriver
#endif

/// The drivers of this build: the only place that knows every one.
enum DriverRegistry {
    /// Every driver's type.
    static var types: [any Driver.Type] {
        var types: [any Driver.Type] = [NativeDriver.self, DockerDriver.self, PodmanDriver.self]
        types += [RuncDriver.self, CrunDriver.self, LXCDriver.self, NspawnDriver.self, BubblewrapDriver.self]
        #if Libvirt
        types += [LibvirtDriver.self, LibvirtLXCDriver.self]
        #endif
        return types
    }

    /// A driver of each type, by name.
    static func makeAll(setup: DriverSetup) -> [String: any Driver] {
        Dictionary(uniqueKeysWithValues: types.map { ($0.name, $0.init(setup: setup)) })
    }

    /// Option names by driver, for the validation of environment files.
    static var options: [String: Set<String>] {
        Dictionary(uniqueKeysWithValues: types.map { ($0.name, $0.options) })
    }
}
