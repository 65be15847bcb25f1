"""A sample of every fact about committees, directives and tasks; what people typed is a secret."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain.year import tasks_facts as tf
from shared.vocabulary.commune_year import CommitteeRole, CommuneUnit, Recurrence, TaskWanted

DAY = dt.date(2026, 11, 2)
_YEAR = {"commune": "NL01", "year": 2026}
_TASK = {**_YEAR, "task": "t", "school": "TH-BC", "unit": ""}

SAMPLES = (
    tf.CommitteeSet(
        **_YEAR,
        number="12/QĐ-UBND",
        decided_on=DAY,
        members=(tf.CommitteeMember(person="account-9", role=CommitteeRole.HEAD, duty="BÍ MẬT"),),
    ),
    tf.DirectiveIssued(**_YEAR, directive="v", number="45/UBND-VHXH", issued_on=DAY, abstract="BÍ MẬT", section="BÍ MẬT"),
    tf.TaskGiven(
        **_TASK,
        giving="g",
        text="BÍ MẬT",
        wanted=TaskWanted.PAPER,
        due=DAY,
        given_on=DAY,
        directive="v",
        section="BÍ MẬT",
        rule="r",
        period="2026-11",
    ),
    tf.TaskReported(**_TASK, reported_on=DAY, text="BÍ MẬT", figures="BÍ MẬT", documents=("BÍ MẬT",)),
    tf.TaskAccepted(**_TASK, accepted_on=DAY),
    tf.TaskReturned(**_TASK, returned_on=DAY, reason="BÍ MẬT"),
    tf.TaskExtended(**_TASK, due=DAY, extended_on=DAY, reason="BÍ MẬT"),
    tf.TaskCancelled(**_TASK, cancelled_on=DAY, reason="BÍ MẬT"),
    tf.RecurringTaskSet(
        **_YEAR,
        rule="r",
        every=Recurrence.QUARTERLY,
        schools=("TH-BC",),
        units=(CommuneUnit.ECONOMIC_OFFICE,),
        text="BÍ MẬT",
        wanted=TaskWanted.FIGURES,
        first_due=DAY,
        set_on=DAY,
        section="BÍ MẬT",
    ),
    tf.RecurringTaskEnded(**_YEAR, rule="r", ended_on=DAY, reason="BÍ MẬT"),
)
