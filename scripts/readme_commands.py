"""Run the README's commands and programs that need no training, and show or renew their output.

    python scripts/readme_commands.py README.md FOLDER             # run them in FOLDER
    python scripts/readme_commands.py README.md FOLDER --update    # and write their output down
    python scripts/readme_commands.py README.md FOLDER --prepare   # only put photographs there

Commands are the lines that start with `$` in blocks marked `console`, programs the blocks marked
`python` in the section "In Python". The first one that fails ends the script with its exit code.
Only `--prepare` needs more than stylekit itself: the photographs of scikit-image.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

# Lines of an output that are written down; the rest of a long one is an ellipsis.
MOST_LINES = 12


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("readme", type=Path)
    parser.add_argument("folder", type=Path, help="where the commands find photographs")
    parser.add_argument("--prepare", action="store_true", help="only write the photographs")
    parser.add_argument("--update", action="store_true", help="write the output into the README")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.prepare or arguments.update:
        prepare(arguments.folder)
    if arguments.prepare:
        return
    text = arguments.readme.read_text(encoding="utf-8")
    renewed = re.sub(
        r"(?<=```console\n).*?(?=```)", lambda block: _run(block[0], arguments.folder), text,
        flags=re.DOTALL,
    )  # fmt: skip
    if arguments.update:
        arguments.readme.write_text(renewed, encoding="utf-8")
    section = text.partition("## In Python")[2].partition("\n## ")[0]
    for program in re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL):
        print(program, flush=True)
        subprocess.run([sys.executable, "-c", program], cwd=arguments.folder, check=True)


def prepare(folder: Path) -> None:
    """Write `photo.jpg` and a folder `holiday`."""
    import skimage.data
    from PIL import Image

    Image.fromarray(skimage.data.coffee()).save(folder / "photo.jpg", quality=95)
    holiday = folder / "holiday"
    holiday.mkdir(exist_ok=True)
    for name in ("chelsea", "astronaut", "rocket"):
        Image.fromarray(getattr(skimage.data, name)()).save(holiday / f"{name}.jpg", quality=95)


def _run(block: str, folder: Path) -> str:
    """The block with the output of its commands as it is now."""
    # The stylekit that belongs to this Python, whatever else is on the PATH.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    lines = []
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        print(line, flush=True)
        result = subprocess.run(
            line[2:], shell=True, cwd=folder, env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        print(result.stdout, flush=True)
        if result.returncode:
            sys.exit(result.returncode)
        output = result.stdout.replace(f"{_package()}{os.sep}", "…/").splitlines()
        lines += [line, *output[:MOST_LINES], *(["..."] if len(output) > MOST_LINES else [])]
    return "\n".join([*lines, ""])


def _package() -> Path:
    """Where stylekit is installed: nobody else's stylekit is there."""
    import stylekit

    return Path(stylekit.__file__).parent


if __name__ == "__main__":
    main()
