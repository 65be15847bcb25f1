"""The papers of a self-assessment, composed from a school's replayed state: what they say, not how they look.

Each composer turns `Material` into a `shared.papers.model.Paper`. It names people and documents by id; whoever prints puts
their names in. Titles and columns come from the forms of the pinned rulebook.
"""
