"""Colours of a picture: taken from another one."""

import numpy as np

# BT.601, as in neural-style's image.rgb2yuv.
_RGB_TO_YUV = np.array(
    [[0.299, 0.587, 0.114], [-0.14713, -0.28886, 0.436], [0.615, -0.51499, -0.10001]], np.float32
)


def with_colors_of(image: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Luminance of `image` with the colours of `photo` (jcjohnson/neural-style: Y and UV).

    Both float32 RGB `[height, width, 3]` in [0, 1], of one size; so is the result, clipped.
    """
    yuv = photo @ _RGB_TO_YUV.T
    yuv[..., 0] = image @ _RGB_TO_YUV[0]
    return np.clip(yuv @ np.linalg.inv(_RGB_TO_YUV).T, 0, 1).astype(np.float32)


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
