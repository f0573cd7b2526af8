"""The generated pages, one module each: the edition in, Markdown out."""
