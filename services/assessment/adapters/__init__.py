"""Nothing here yet: the log and the read models come from `shared.eventlog`, the law from `shared.rulebook`."""
