"""Public events of the inspection service about difficulties of schools; no typed words, no persons."""
