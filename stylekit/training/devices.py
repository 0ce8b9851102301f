"""The devices that a training uses."""

import tensorflow as tf


def default_strategy() -> tf.distribute.Strategy:
    """All GPUs where there are several, else TensorFlow's own choice of one device."""
    if len(tf.config.list_logical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()
