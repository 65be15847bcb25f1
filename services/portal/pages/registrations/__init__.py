"""Registrations for external evaluation: one school's, with what may be done to it now, and the queues of offices."""
