import pytest
import tensorflow as tf

from stylekit.training import precision
from stylekit.training.precision import keras_policy, processor_precision, resolve_precision


def _never(_: str) -> float:
    raise AssertionError("nothing needs to be timed")


def test_what_is_asked_for_is_taken() -> None:
    assert resolve_precision("float32") == "float32"
    assert resolve_precision("float16") == "float16"


def test_processors() -> None:
    assert processor_precision({"avx2", "amx_bf16", "avx512_bf16"}, _never) == "bfloat16"
    assert processor_precision({"avx2", "avx512f"}, _never) == "float32"
    half_faster = {"bfloat16": 1.0, "float32": 2.0}
    half_slower = {"bfloat16": 2.0, "float32": 1.0}
    assert processor_precision({"avx512_bf16"}, half_faster.__getitem__) == "bfloat16"
    assert processor_precision({"avx512_bf16"}, half_slower.__getitem__) == "float32"


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ([(8, 0)], "bfloat16"),
        ([(9, 0), (8, 6)], "bfloat16"),
        ([(7, 5)], "float16"),
        ([(8, 0), (7, 0)], "float16"),
        ([(6, 1)], "float32"),
    ],
)
def test_gpus_by_the_weakest(
    monkeypatch: pytest.MonkeyPatch, capabilities: list[tuple[int, int]], expected: str
) -> None:
    monkeypatch.setattr(precision, "_gpu_capabilities", lambda: capabilities)
    assert resolve_precision("auto") == expected


def test_gpus_are_asked_for_their_capability(monkeypatch: pytest.MonkeyPatch) -> None:
    details = {"a": {"compute_capability": (8, 9)}, "b": {"compute_capability": (7, 5)}}
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _: ["a", "b"])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", details.__getitem__)
    assert resolve_precision("auto") == "float16"


def test_this_machine_has_a_precision() -> None:
    assert resolve_precision("auto") in ("float32", "bfloat16", "float16")


def test_policies_keep_weights_in_float32() -> None:
    assert keras_policy("float32") == "float32"
    assert keras_policy("bfloat16") == "mixed_bfloat16"
