"""Loss networks: the only place that knows BGR, channel means, VGG layer names and weights."""
