"""Public events of the inspection service about training, publicity and public notices; no typed words, no persons."""
