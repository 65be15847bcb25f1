"""The `layout` engine: steps from a scanned page to words, tables and doubts; each is seen, timed, switched off alone."""
