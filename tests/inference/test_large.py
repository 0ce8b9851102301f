import tracemalloc

import numpy as np
import pytest

from stylekit.inference import large


def test_a_wide_picture_is_recoloured_in_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "_STRIP", 10_000)
    picture, photo = np.random.default_rng(0).integers(0, 256, (2, 40, 5000, 3), np.uint8)
    tracemalloc.start()
    large._recolor(picture, photo, "histogram")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Ten arrays of a strip's float64, where one of the whole has 4.8 MB.
    assert peak < 10 * 10_000 * 3 * 8
