"""What every store rests on: where it is, engines and transactions, numbered migrations, a registry, errors in words."""
