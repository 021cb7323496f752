"""A network from scratch, taught block by block: each of its blocks learns to do what the teacher's does."""
