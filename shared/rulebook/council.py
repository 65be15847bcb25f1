"""What a circular asks of a council beyond its numbers: its own sentences, read by the words they have, and customs.

Whether a sentence holds is answered by the pinned rulebook itself; how it is read stands in ``council.yaml``, each with its
article and how sure it is.
"""

from __future__ import annotations

import functools
import importlib.resources

import msgspec
import yaml

from shared.rulebook.document import Confidence, Form
from shared.rulebook.model import Rulebook

SETTINGS = "council.yaml"
PLAN_FORM = "ke_hoach_tdg"
"""The id under which rulebooks keep the form of the plan."""


class CouncilSentence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule in words, where it stands and how well that is known."""

    text: str
    source: str
    confidence: Confidence


class WordedSentence(CouncilSentence, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule that a rulebook has when its own sentence has these words."""

    words: str


class GroupSizes(CouncilSentence, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many people groups have by custom: kind of group → fewest and most."""

    sizes: dict[str, tuple[int, int]]


class CouncilSentences(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is asked of councils beside size, odd number and chair."""

    one_secretary: WordedSentence
    task_in_writing: WordedSentence
    trained_members: WordedSentence
    groups_in_plan: WordedSentence
    group_head: CouncilSentence
    group_sizes: GroupSizes


@functools.cache
def council_sentences() -> CouncilSentences:
    """Return the readings."""
    text = importlib.resources.files(__package__).joinpath(SETTINGS).read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), CouncilSentences)


def asks_one_secretary(rulebook: Rulebook) -> bool:
    """Say whether the circular asks for exactly one secretary."""
    return council_sentences().one_secretary.words in rulebook.rules.council.text


def asks_task_in_writing(rulebook: Rulebook) -> bool:
    """Say whether the circular asks for a written task of every member."""
    return council_sentences().task_in_writing.words in rulebook.rules.council.text


def prefers_trained_members(rulebook: Rulebook) -> bool:
    """Say whether the circular prefers members who were trained."""
    return any(council_sentences().trained_members.words in line for line in rulebook.rules.council.members)


def plans_with_groups(rulebook: Rulebook) -> bool:
    """Say whether the plan's form names working groups: then every criterion is one group's before the plan is approved."""
    form = plan_form(rulebook)
    return form is not None and any(council_sentences().groups_in_plan.words in section for section in form.sections)


def plan_form(rulebook: Rulebook) -> Form | None:
    """Return the circular's form of a plan of the self-assessment, None where it has none."""
    return next((form for form in rulebook.forms if form.id == PLAN_FORM), None)
