"""MetricFlow on the marts: docs/guides/semantic_layer.md."""
