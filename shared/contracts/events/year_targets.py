"""Public events of the inspection service about targets: what schools are to reach by when; no typed words, no persons."""
