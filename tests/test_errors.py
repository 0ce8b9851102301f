from stylekit.errors import nearest


def test_nearest_finds_a_misspelt_name_whatever_its_case() -> None:
    assert nearest("stary_nigth", ["Wave", "Starry_Night"]) == "Starry_Night"


def test_nearest_is_empty_when_nothing_looks_alike() -> None:
    assert nearest("zzz", ["wave", "starry_night"]) == ""
    assert nearest("wave", []) == ""
