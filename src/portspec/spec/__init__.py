"""The port spec: load, validate, typed model."""
