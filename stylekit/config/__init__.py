"""Configuration of a training run: what it is, and how it is read and checked."""

from stylekit.config.check import parse_config
from stylekit.config.files import read_config, read_yaml, to_yaml
from stylekit.config.mappings import first_difference, merged, with_paths_from
from stylekit.config.presets import PRESETS
from stylekit.config.schema import (
    ContentConfig,
    DiversityConfig,
    GeneratorConfig,
    ObjectiveConfig,
    Precision,
    RunConfig,
    StageConfig,
    StartConfig,
    StyleConfig,
    TrainingConfig,
)

__all__ = [
    "PRESETS",
    "ContentConfig",
    "DiversityConfig",
    "GeneratorConfig",
    "ObjectiveConfig",
    "Precision",
    "RunConfig",
    "StageConfig",
    "StartConfig",
    "StyleConfig",
    "TrainingConfig",
    "first_difference",
    "merged",
    "parse_config",
    "read_config",
    "read_yaml",
    "to_yaml",
    "with_paths_from",
]
