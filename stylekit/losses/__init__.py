"""Losses: pure functions on feature maps and images. They know nothing of networks or weights."""
