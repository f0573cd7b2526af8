"""Reports: findings as text, JSON and more."""
