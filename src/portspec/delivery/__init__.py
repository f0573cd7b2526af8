"""What puts `portspec check` into pipelines: one table of inputs, and the files that are made of it.

`inputs` is the table, `script` the shell text that turns it into a command line, `github`, `gitlab`, `tekton` and
`precommit` are the platforms, `files` names every committed file, `completion` is for shells.
"""
