"""The trainer: makes models and publishes them to the registry that workers load from."""
