import ast
import subprocess
import sys
from pathlib import Path

import pytest

import stylekit

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for path in ROOT.rglob("*.py")
    if not {"build", ".venv", "dist"} & set(path.relative_to(ROOT).parts)
)


def _imported(tree: ast.AST) -> set[str]:
    """Absolute names of all imports of a module, at its top and inside functions."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return names


def _top(name: str) -> str:
    return name.split(".")[0]


def test_nothing_imports_export_as_a_top_level_package() -> None:
    assert len(SOURCES) > 20
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "export" in map(_top, _imported(ast.parse(path.read_text(encoding="utf-8"))))
    ]
    assert guilty == []


def test_the_import_check_sees_every_form_of_import() -> None:
    source = "import export.a\ndef f():\n    from export import b\nfrom stylekit.export import c\n"
    assert _imported(ast.parse(source)) == {"export.a", "export", "stylekit.export"}


HEAVY = {"tensorflow", "keras", "scipy", "skimage", "sklearn", "pydantic", "yaml", "h5py"}


@pytest.mark.parametrize("folder", ["imaging", "inference"])
def test_light_folders_import_no_tensorflow(folder: str) -> None:
    for path in (ROOT / "stylekit" / folder).glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not HEAVY & set(map(_top, _imported(tree))), path


def test_commands_import_what_is_heavy_only_when_they_run() -> None:
    for path in (ROOT / "stylekit" / "cli").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        at_import = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = set().union(*map(_imported, at_import))
        light = {"stylekit", "stylekit.errors"}
        assert not HEAVY & set(map(_top, names)), path
        # Other files of the command line are light, too: this test goes through all of them.
        ours = {name for name in names if _top(name) == "stylekit"}
        assert {name for name in ours if not name.startswith("stylekit.cli.")} <= light, path


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import stylekit, sys; "
        "print([m for m in ('numpy', 'PIL', 'tensorflow', 'click') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr


def test_public_names_are_found_when_used() -> None:
    from stylekit.errors import StylekitError
    from stylekit.inference.stylizer import Stylizer

    assert stylekit.Stylizer is Stylizer
    assert stylekit.StylekitError is StylekitError
    assert {"Stylizer", "StylekitError"} <= set(dir(stylekit))
    assert not hasattr(stylekit, "Stylist")
