"""A candidate that answers every n-th photo again, in a process of its own, and never in a photo's way."""
