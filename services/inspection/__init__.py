"""The inspection service: visits to schools, what they found, how they were concluded.

Owns: one stream an inspection; technical inspections of the commune (advisory) and evaluations of the department (deciding).
Says: `vn.kiemdinh.inspection.*` (see `shared.contracts.events.inspection`), one public event for each stored fact.
Listens: to assessment (schools, cycles, the rulebook each is pinned to, submissions), evidence (kept documents), identity
(accounts and tokens, their roles).
Promises: before its conclusion a visit has found nothing that a school can read or must answer; after it nothing is found;
a later finding replaces an earlier one in the state, both stay in the log.
"""
