"""`scripts/loop-demo`: corrections teach."""
