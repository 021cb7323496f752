"""Seeded faults on the real system, and a checker that believes nobody: `scripts/faults`."""
