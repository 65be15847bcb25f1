"""What the assessment application needs from outside beside its log, the law and the key of its log: nothing."""
