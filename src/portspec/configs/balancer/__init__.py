"""Load balancers: model and readers."""
