"""How many processors are used, and which library TensorFlow computes with."""

import os

import pytest

from stylekit.errors import StylekitError
from stylekit.processor import available_threads, quick_integers, threads_to_use, uses_onednn


def test_all_processors_that_the_process_may_use_unless_it_is_told() -> None:
    assert available_threads() == len(os.sched_getaffinity(0)) == threads_to_use(None)
    assert threads_to_use(3) == 3
    for number in (0, -1, 1025, 99_999_999_999):
        with pytest.raises(StylekitError, match=f"from 1 to 1024, not {number}"):
            threads_to_use(number)


def test_onednn_is_for_processors_made_for_networks_unless_told_otherwise() -> None:
    assert not uses_onednn({"avx2", "avx512f"}, None)
    assert uses_onednn({"avx2", "avx512_vnni"}, None)
    assert uses_onednn({"amx_bf16"}, None)
    assert uses_onednn({"avx2"}, "1")
    assert not uses_onednn({"amx_bf16"}, "0")


def test_integers_are_quick_where_it_was_measured() -> None:
    assert quick_integers({"avx2", "avx512f", "avx512_vnni"})
    assert not quick_integers({"avx2", "avx512f", "avx_vnni"})
    assert not quick_integers(set())  # not Linux
