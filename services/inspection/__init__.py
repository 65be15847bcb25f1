"""The inspection service: visits to schools, what they found, how they were concluded.

Owns: one stream an inspection, technical inspections of the commune (advisory) and evaluations of the department (deciding);
one stream a registration of a school's cycle, from its letter to the decision; one stream a school for the yearly checks
whether it keeps what it was recognised for.
Says: `vn.kiemdinh.inspection.*` (see `shared.contracts.events`), one public event for each stored fact.
Listens: to assessment (schools, cycles, the rulebook each is pinned to, submissions, awards), evidence (kept documents),
identity (accounts and tokens, their roles).
Promises: before its conclusion a visit has found nothing that a school can read or must answer; after it nothing is found;
a later finding replaces an earlier one in the state, both stay in the log. A recommendation, a request for evidence and the
photos of a visit have streams of their own: who answers, supplies or takes photos waits for nobody who judges. With a team,
a visit finds what the team agrees on, and no opinion of a member is lost, whoever syncs first.
"""
