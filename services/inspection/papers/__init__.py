"""The papers of visits, registrations and decisions, composed from what stands at a moment: their words, not their looks.

Each composer turns `VisitMaterial` into a `shared.papers.model.Paper`. No official form was found for any of them, so each
is a form of our own and says so at its foot. People are named by id; whoever prints puts their names in.
"""
