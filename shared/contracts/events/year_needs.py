"""Public events of the inspection service about needs of schools, money and works; no typed words, no persons."""
