"""What the files that people already have say about a cluster: the start of a cluster file."""
