"""Public events of the inspection service about reports asked of schools, and syntheses; no typed words, no persons."""
