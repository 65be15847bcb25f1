"""Public events of the inspection service about the steering committee, directives and tasks; no typed words, no persons."""
