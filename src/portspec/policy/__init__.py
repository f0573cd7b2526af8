"""The policy: the spec resolved for a release and a profile."""
