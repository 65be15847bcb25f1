"""The adapters of the evidence service: archives, derived stores, the spool, child processes, grantees."""
