"""The adapters of the notification service: the HTTP client for receivers, the cipher for secrets."""
