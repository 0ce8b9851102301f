"""The goldens that Java's tests read are what Python computes now."""

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_imaging_goldens_are_current() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write_imaging_goldens.py"))
    written = json.loads((ROOT / "tests/goldens/imaging.json").read_text(encoding="utf-8"))
    assert written == script["goldens"]()
