"""From what a model said of photos to what is told of them: when they are answered, and again at any time."""
