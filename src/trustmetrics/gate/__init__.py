"""The gate: no number changes its meaning without a trace (docs/guides/gate.md)."""
