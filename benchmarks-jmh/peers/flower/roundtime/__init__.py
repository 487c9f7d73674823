"""A federation that moves a model and trains nothing."""
