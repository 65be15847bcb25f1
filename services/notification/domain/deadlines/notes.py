"""Keys under which something is remembered of earlier events, for those that need it later."""

REGISTERED = "registered:"
"""+ school → the day on which it last registered for external evaluation."""

CONCLUDED = "concluded:"
"""+ visit → that it is concluded."""

CYCLE = "cycle:"
"""+ school:cycle → the regime of its rulebook ("v2018")."""

ISSUED = "issued:"
"""+ commune:year → that the plan of that year is issued."""

COUNTED = "counted:"
"""+ kind:whom it is of → how many there are, so that each has a number to be told apart by."""

CLOSED = "closed:"
"""+ school → the day on which it was closed."""
