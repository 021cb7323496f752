class DataSetError(ValueError):
    """A data set that can't be trained on, and why."""
