"""Images: files and arrays, with NumPy and Pillow alone."""
