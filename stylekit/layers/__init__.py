"""Keras layers that export to small, fast TFLite graphs of rank 4."""
