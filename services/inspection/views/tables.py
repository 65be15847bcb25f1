"""What every table of the inspection service's read models hangs on, and their version."""

from __future__ import annotations

from sqlalchemy import MetaData

VERSION = 8
"""Raised whenever a table or a projection changes: the views are then rebuilt, and the feeds of others read anew."""

METADATA = MetaData()
