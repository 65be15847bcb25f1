"""Public events of the inspection service about the plan of a year and its list of schools; no typed words, no persons."""
