"""What images are between two steps: arrays of NumPy, whose shapes and numbers no type checker knows."""

from __future__ import annotations

from typing import Any

Grey = Any
"""A two-dimensional array of bytes, rows before columns: 0 is ink, 255 is paper."""

Colour = Any
"""A page in colour: an array of rows, columns and three bytes (red, green, blue)."""
