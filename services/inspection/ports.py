"""What the inspection application needs from outside: nothing beside its log and the law (`shared.rulebook.Library`)."""
