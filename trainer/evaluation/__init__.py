"""How good a model is, with what certainty, and where it errs."""
