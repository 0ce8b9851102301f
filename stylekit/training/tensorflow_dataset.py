"""Photographs of a TensorFlow dataset that is already on this machine."""

import io
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds

from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize_shortest
from stylekit.imaging.save import save
from stylekit.training.photographs import Photographs, folder_photographs

logger = logging.getLogger("stylekit")

# tfds:NAME[/CONFIG][:VERSION][:SPLIT], where a split may be a part of one: train[:10%].
_SOURCE = re.compile(r"tfds:(?P<name>[^:]+(:\d+\.\d+\.\d+)?)(:(?P<split>.+))?")


def dataset_photographs(source: str, shortest_side: int) -> Photographs:
    """Photographs of `tfds:NAME[:SPLIT]`, without a download.

    NAME is a dataset that has been prepared (`tfds build NAME`), a folder with a prepared dataset,
    or a folder laid out for `tfds.ImageFolder`. As training needs them in any order, and datasets
    are read in one, they are stored once, shrunk to `shortest_side` pixels, in the cache folder.

    Raises:
        StylekitError: a missing dataset or split, or one without images.
    """
    match = _SOURCE.fullmatch(source)
    if match is None:
        raise StylekitError(f"cannot read {source!r}: write tfds:NAME or tfds:NAME:SPLIT")
    builder = _builder(match["name"], source)
    split = match["split"] or _default_split(builder, source)
    folder = _cache_folder(builder, split, shortest_side)
    if not folder.is_dir():
        logger.info("storing the photographs of %s in %s, once", source, folder)
        _store(_images(builder, split, source), folder, shortest_side)
    stored = folder_photographs(folder)
    terms = (builder.info.redistribution_info.license or "").strip()
    return Photographs(stored.paths, source, terms or f"as stated by the dataset {builder.name}")


def _builder(name: str, source: str) -> tfds.core.DatasetBuilder:
    try:
        if Path(name).expanduser().is_dir():
            return _builder_of_folder(Path(name).expanduser())
        builder = tfds.builder(name)
    except (tfds.core.DatasetNotFoundError, ImportError, ValueError, AssertionError) as error:
        reason = str(error).strip().splitlines()[0]
        raise StylekitError(f"there is no dataset {source!r}: {reason}") from error
    if not builder.info.splits:
        raise StylekitError(
            f"the dataset {source!r} is not on this machine ({builder.data_dir}): prepare it "
            f"with 'tfds build {name}', or give a folder of images"
        )
    return builder


def _builder_of_folder(folder: Path) -> tfds.core.DatasetBuilder:
    """A prepared dataset (the folder of its version), or images as split/label/image."""
    if (folder / "dataset_info.json").is_file():
        return tfds.builder_from_directory(folder)
    builder = tfds.ImageFolder(str(folder))
    if not builder.info.splits:
        raise StylekitError(
            f"{str(folder)!r} is neither a prepared TensorFlow dataset nor a folder of "
            "split/label/image: for any other folder of images leave out 'tfds:'"
        )
    return builder


def _default_split(builder: tfds.core.DatasetBuilder, source: str) -> str:
    splits = list(builder.info.splits)
    if "train" in splits or not splits:
        return "train"
    logger.info("%s has no split 'train': taking %r", source, splits[0])
    return str(splits[0])


def _images(builder: tfds.core.DatasetBuilder, split: str, source: str) -> Iterator[bytes]:
    """Encoded images of a split, in the order in which they are stored."""
    features = builder.info.features
    name = next(
        (key for key, value in features.items() if isinstance(value, tfds.features.Image)), None
    )
    if name is None:
        raise StylekitError(f"the dataset {source!r} has no images: it has {', '.join(features)}")
    try:
        dataset: Any = builder.as_dataset(
            split=split, shuffle_files=False, decoders={name: tfds.decode.SkipDecoding()}
        )
    except (ValueError, KeyError, AssertionError) as error:
        reason = str(error).strip().splitlines()[0]
        raise StylekitError(f"the dataset {source!r} has no split {split!r}: {reason}") from error
    for example in dataset.as_numpy_iterator():
        yield example[name]


def _store(images: Iterator[bytes], folder: Path, shortest_side: int) -> None:
    """Write images as JPEG files, shrunk to a shortest side; the folder appears when all is there.

    Images that cannot be read are counted and named by their place in the dataset.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as error:
        raise StylekitError(
            f"cannot write the cache {str(folder)!r}: {error.strerror or error}; set "
            "XDG_CACHE_HOME to another folder"
        ) from error
    try:
        broken = []
        for index, encoded in enumerate(images):
            try:
                picture = load_rgb(io.BytesIO(encoded))
            except StylekitError:
                broken.append(index)
                continue
            if min(picture.shape[:2]) > shortest_side:
                picture = resize_shortest(picture, shortest_side)
            save(unfinished / f"{index:08d}.jpg", picture)
        if broken:
            logger.warning("skipped %d broken images of the dataset: %s", len(broken), broken)
        os.replace(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _cache_folder(builder: tfds.core.DatasetBuilder, split: str, shortest_side: int) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    where = f"{builder.info.full_name} {builder.data_dir} {split} {shortest_side}"
    return cache / "stylekit" / "datasets" / re.sub(r"[^A-Za-z0-9.]+", "-", where).strip("-")
