"""Proofs that take too long for the tests; each is its own command."""
