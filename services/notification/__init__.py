"""The notification service: one feed of everything that happened, webhooks that carry it on, and who is to do what by when.

Owns: the merged feed (its log: every event of every source, once, in the order of arrival; a feed position is a log
position), the registered webhooks with their secrets, and how far each has been served; every deadline that follows from
the feed, who was told of it, and where their mail and calendars go.
Says: nothing of its own; it passes on what the others said, unchanged but for `position`.
Listens to: evidence, assessment, inspection, identity.
Promises: every event is in the feed exactly once and, per source, in order; a webhook gets every event it asked for at least
once, per source in order, with the same id at every attempt, or shows which was skipped; nothing is lost when a process is
killed; a person is told of a step of a deadline once, and of nothing that is done.
"""
