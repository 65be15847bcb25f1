"""Schools under assessment, purely: facts, the school that decides over its streams, and its replay at any moment."""
