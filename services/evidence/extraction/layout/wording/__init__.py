"""Reads running text, looks at it again, and brings it into order."""
