"""Generators: each a function from a config to a `keras.Model`, listed in one registry."""
