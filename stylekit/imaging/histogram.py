"""Histograms of a picture: taken from another one."""

import numpy as np


def match_histograms(image: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """`image` with the histogram of `reference` in each channel.

    Both float32 `[height, width, channels]`, of any sizes. The k-th darkest value of the image
    becomes the value at the same rank of the reference (Gatys et al.'s DeepTextures does it with
    100 bins). Equal values of the image become one value.
    """
    matched = np.empty_like(image)
    for channel in range(image.shape[2]):
        values, where, counts = np.unique(
            image[..., channel], return_inverse=True, return_counts=True
        )
        ranks = (np.cumsum(counts) - 0.5 * counts) / counts.sum()
        wanted = np.sort(reference[..., channel], axis=None)
        wanted_ranks = (np.arange(wanted.size) + 0.5) / wanted.size
        new_values = np.interp(ranks, wanted_ranks, wanted)
        matched[..., channel] = new_values[where].reshape(image.shape[:2])
    return matched
