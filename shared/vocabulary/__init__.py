"""The words that law, facts, calls and pages share: closed lists with their Vietnamese labels, and types of identifiers."""
