"""Writes the references in docs/ from the code, or says which of them are stale.

python -m deploy.docs [--check]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from services.portal.api import routes
from shared.contracts import operations_reference, reference
from shared.rulebook import docs as rulebooks
from shared.rulebook import load_library

ROOT = Path(__file__).resolve().parents[1] / "docs"


def documents() -> dict[Path, str]:
    """Return every generated document: where it stands and what it should say."""
    events = {ROOT / "reference" / name: text for name, text in reference.documents().items()}
    others: dict[Path, Callable[[], str]] = {
        ROOT / "reference" / "openapi.json": _openapi_text,
        ROOT / "reference" / operations_reference.NAME: operations_reference.page,
        ROOT / "rulebooks.md": lambda: rulebooks.page(load_library()),
    }
    return events | {path: text() for path, text in others.items()}


def _openapi_text() -> str:
    return json.dumps(routes.description(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def stale() -> list[Path]:
    """Return the documents on disk that do not say what the code says."""
    return [path for path, text in documents().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main(arguments: list[str]) -> int:
    """Write what is stale, or with --check only name it and fail."""
    texts, old = documents(), stale()
    for path in old:
        sys.stderr.write(f"{'stale' if '--check' in arguments else 'written'}: {path.relative_to(ROOT.parent)}\n")
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
    return 1 if old and "--check" in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
