"""Child processes of ours: started, watched, and ended with all that they started themselves."""
