"""Run an exported model with LiteRT; TensorFlow is never imported."""
