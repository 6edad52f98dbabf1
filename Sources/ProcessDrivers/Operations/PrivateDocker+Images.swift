import BenchrunModel
import Foundation

extension PrivateDocker {
    /// Whether the store, without its daemon, holds images that a run's operations made.
    static func storeHoldsImages(_ run: RunID, setup: DriverSetup) -> Bool {
        struct Image: Decodable {
            struct Config: Decodable {
                var labels: [String: String]?
                enum CodingKeys: String, CodingKey { case labels = "Labels" }
            }
            var config: Config?
        }
        let places = PrivateDockerPlaces(setup)
        return StorageDriver.allCases.contains { driver in
            let directory = places.store(driver) + "/image/\(driver.rawValue)/imagedb/content/sha256"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            return names.contains { name in
                guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)"),
                    let image = try? JSONDecoder().decode(Image.self, from: bytes)
                else { return false }
                return image.config?.labels?[EngineLabel.run] == run.text
            }
        }
    }
}
