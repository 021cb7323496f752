"""Coverage-guided fuzzing of all that reads bytes of strangers."""
