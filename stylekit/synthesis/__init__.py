"""Synthesis: minimise an objective over the pixels of an image."""
