"""The tables of the read models, and the number of their shape."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, MetaData, String, Table, Text

VERSION = 8
"""Raised whenever a table or a projection changes: the views are then rebuilt from the log."""

METADATA = MetaData()

COMMUNES = Table(
    "communes",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("name", Text, nullable=False),
)
SCHOOLS = Table(
    "schools",
    METADATA,
    Column("code", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("commune", String, nullable=False, index=True),
    Column("levels", Text, nullable=False),
    Column("conditions", Text, nullable=False),
    Column("closed_on", Date),
)
CYCLES = Table(
    "cycles",
    METADATA,
    Column("school", String, primary_key=True),
    Column("cycle", String, primary_key=True),
    Column("year", String, nullable=False),
    Column("rulebook", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("because", Text, nullable=False),
    Column("chosen", String, nullable=False),
    Column("submitted_on", Date),
    Column("gaps", Text, nullable=False),
    Column("reopens", String, nullable=False),
    Column("copies", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
)
AWARD_FACTS = Table(
    "award_facts",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("school", String, nullable=False, index=True),
    Column("topic", String, nullable=False),
    Column("fact", Text, nullable=False),
)
"""What was decided about awards, as it stands in the log: the register reads it with the same eyes as a replay."""

NUMBERS = Table(
    "award_numbers",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("school", String, primary_key=True),
    Column("granted_number", String, primary_key=True),
    Column("number", String, nullable=False, index=True),
    Column("decided_on", Date, nullable=False),
)
"""The number each award bears now, as `number_key` reads it, and its day: a number is given once a year."""

REFUSALS = Table(
    "refusals",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("school", String, nullable=False),
    Column("refused_on", Date, nullable=False),
)
DOCUMENTS = Table(
    "known_documents",
    METADATA,
    Column("document", String, primary_key=True),
    Column("school", String, nullable=False),
)
