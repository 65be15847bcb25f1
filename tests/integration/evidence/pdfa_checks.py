"""Says of a file whether it is PDF/A-2b: what pikepdf's validator says, our own look, and veraPDF where it is at hand.

veraPDF is not needed to run the tests; `make verapdf` brings it, where there is Java and Maven.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pikepdf
from pikepdf import pdfa

from deploy.installation.settings import cache_folder

VERAPDF = cache_folder() / "verapdf" / "greenfield-apps-1.28.2.jar"


def refusals(path: Path) -> list[str]:
    """Return what speaks against a file as PDF/A-2b in Vietnamese; nothing for a good one."""
    said = [str(finding) for finding in pdfa.validate_written(path, "2b").findings]
    with pikepdf.open(path) as pdf:
        said += [f"qpdf: {problem}" for problem in pdf.check_pdf_syntax()]
        with pdf.open_metadata() as told:
            if (told.get("pdfaid:part"), told.get("pdfaid:conformance")) != ("2", "B"):
                said.append("not declared")
            said += [f"a time: {key}" for key in told if "Date" in key]
        intents = [str(intent.S) for intent in pdf.Root.get("/OutputIntents", [])]
        said += [] if intents == ["/GTS_PDFA1"] else [f"output intents {intents}"]
        said += [] if str(pdf.Root.get("/Lang", "")) == "vi" else ["language"]
        said += ["encrypted"] if pdf.is_encrypted else []
        for name in ("/OpenAction", "/AA", "/AcroForm", "/Names", "/AF"):
            said += [f"{name} in the catalogue"] if name in pdf.Root else []
        said += ["JavaScript"] if b"/JavaScript" in b"".join(_all(pdf)) else []
    return said + _by_verapdf(path)


def _all(pdf: pikepdf.Pdf) -> list[bytes]:
    return [part.unparse() for part in pdf.objects if not isinstance(part, pikepdf.Stream)]


def _by_verapdf(path: Path) -> list[str]:
    java = shutil.which("java")
    if java is None or not VERAPDF.is_file():
        return []
    command = [java, "-cp", str(VERAPDF), "org.verapdf.apps.GreenfieldCliWrapper", "-f", "2b", "--format", "text", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return [] if done.stdout.startswith("PASS ") else [f"veraPDF: {done.stdout}{done.stderr}"]
