"""The auditor of a data folder: checks what is kept, apart from its writers, and what one store says against another.

Owns `kiemdinh audit verify`. Promises: it changes nothing that is kept, holds bounded memory, works beside a running
installation, and gives a finding or says that it cannot run, but never falls over what it was given.
"""

from cli.local.audit.command import run
from cli.local.audit.report import EXIT_CANNOT_TELL, EXIT_TAMPERED, AuditReport, Checked
from cli.local.audit.verification import verify_folder

__all__ = ["EXIT_CANNOT_TELL", "EXIT_TAMPERED", "AuditReport", "Checked", "run", "verify_folder"]
