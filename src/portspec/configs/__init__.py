"""Readers: text in, a neutral model out."""
