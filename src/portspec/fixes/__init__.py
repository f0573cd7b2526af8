"""Fixes: what to change in a config so that a finding goes away, proved before it is shown."""
