"""SVG pictures drawn from the spec: no position and no number of them is written by hand."""
