"""The words that law, facts, calls and pages share: closed lists with their Vietnamese labels, and types of identifiers.

It imports nothing of ours, so that a stored fact or a rulebook depends on no call and no service.
"""
