public import BenchrunModel

/// One value of one metric.
public struct MetricValue: Sendable, Equatable {
    /// The metric.
    public var metric: Metric
    /// The value in the metric's unit; finite, and more than 0 where the metric is judged.
    public var value: Double
    /// How many requests are behind a quantile; nil for other figures.
    public var count: Int?

    /// Creates a value.
    public init(metric: Metric, value: Double, count: Int? = nil) {
        self.metric = metric
        self.value = value
        self.count = count
    }
}
