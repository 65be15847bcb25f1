"""Schools under assessment, purely: facts, the school's stream that decides, and the replay of a school at any moment."""
