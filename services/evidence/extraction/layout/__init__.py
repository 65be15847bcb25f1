"""The `layout` engine: a list of steps from a scanned page to words, tables and doubts. Each is seen, timed, switched off alone."""
