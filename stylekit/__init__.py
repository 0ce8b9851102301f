"""Style networks: train on a painting, export to TensorFlow Lite, stylize photographs.

Names are imported when they are first used: nothing here imports TensorFlow.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stylekit.errors import StylekitError as StylekitError
    from stylekit.export.run import export_run as export_run
    from stylekit.inference.api import stylize as stylize
    from stylekit.inference.stylizer import Stylizer as Stylizer
    from stylekit.inference.textures import TextureSampler as TextureSampler
    from stylekit.training import train as train

__version__ = "0.1.0"

# Public name -> the module that has it.
_PUBLIC = {
    "StylekitError": "stylekit.errors",
    "Stylizer": "stylekit.inference.stylizer",
    "TextureSampler": "stylekit.inference.textures",
    "export_run": "stylekit.export.run",
    "stylize": "stylekit.inference.api",
    "train": "stylekit.training",
}

__all__ = [
    "StylekitError",
    "Stylizer",
    "TextureSampler",
    "__version__",
    "export_run",
    "stylize",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
