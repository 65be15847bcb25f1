"""Every day by which somebody owes something, learned from public events: what is due, to whom it matters, when to say so.

Nothing here reads or writes: events become changes (`listening`), a day becomes a step (`steps`), a deadline becomes words
(`wording`). Dates only, never times.
"""
