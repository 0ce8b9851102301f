"""From a trained run to TFLite files that carry their model card."""
