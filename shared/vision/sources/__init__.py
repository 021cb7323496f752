"""Where models come from; each source ends in a folder with a bundle, the one thing that is loaded."""
