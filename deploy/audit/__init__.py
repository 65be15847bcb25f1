"""The auditor of a data folder: checks what is kept, apart from its writers, and what one store says against another.

Owns `kiemdinh audit verify`. Promises: it changes nothing that is kept, holds bounded memory, works beside a running
installation, and gives a finding or says that it cannot tell, but never falls over what it was given.
"""

from deploy.audit.command import tell
from deploy.audit.report import EXIT_CANNOT_TELL, EXIT_TAMPERED, Checked, Report
from deploy.audit.whole import verify_folder

__all__ = ["EXIT_CANNOT_TELL", "EXIT_TAMPERED", "Checked", "Report", "tell", "verify_folder"]
