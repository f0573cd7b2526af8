"""The cluster file: who has which address, and where each config is enforced."""
