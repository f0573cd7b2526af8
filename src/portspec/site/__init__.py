"""Pages and diagrams generated from the spec."""
