from stylekit.training.randomness import Purpose, stream


def test_streams_repeat_and_differ_by_purpose_and_index() -> None:
    keys = [
        (0, Purpose.BATCH, 1),
        (0, Purpose.BATCH, 2),
        (0, Purpose.EPOCH, 1),
        (1, Purpose.BATCH, 1),
    ]
    drawn = [tuple(stream(*key).random(4)) for key in keys]
    assert drawn == [tuple(stream(*key).random(4)) for key in keys]
    assert len(set(drawn)) == len(keys)


def test_numbers_stay_what_they_are_across_versions() -> None:
    # A resumed run must draw what the interrupted one would have drawn.
    assert stream(7, Purpose.BATCH, 3).integers(1_000_000, size=3).tolist() == [
        432921,
        880499,
        199984,
    ]
