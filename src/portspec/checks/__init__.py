"""Checks: one module per finding."""
