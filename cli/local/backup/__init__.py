"""Backups of an embedded installation, taken while it runs, and the way back from one.

All logs and tables are taken at one moment, then the objects the evidence log of that moment speaks of: an object without an
event is harmless, an event without its object is not. In the backup's folder content lies under its own SHA-256, so a
second backup adds only what is new; a manifest, written last, says what belongs to a backup. What has no manifest is none.

Home-made, for restic and BorgBackup copy files one after the other: they cannot take several databases at one moment.
"""
