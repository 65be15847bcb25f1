"""Use cases of a commune's year, one module for each part of it; no part knows another's."""
