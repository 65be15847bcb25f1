"""The composition root: builds every application and role from the settings of one data folder.

Both compositions use the same container and the same table of roles; they differ in where the addresses point and in whether
the roles share one process.
"""
