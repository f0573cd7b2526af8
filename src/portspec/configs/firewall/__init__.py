"""Packet filters: model, evaluators, readers."""
