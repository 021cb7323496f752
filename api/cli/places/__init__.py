"""Where and when photos were taken."""
