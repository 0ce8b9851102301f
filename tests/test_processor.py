"""Which library TensorFlow computes with."""

from stylekit.processor import quick_integers, uses_onednn


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
