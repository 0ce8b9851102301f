"""Stylize photographs with a trained network."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from stylekit import zoo
from stylekit.errors import StylekitError
from stylekit.imaging.window import pad_for_model
from stylekit.inference.card import ModelCard, read_card
from stylekit.inference.litert import LiteRTModel
from stylekit.inference.noise_maps import NoiseMaps
from stylekit.inference.styles import parse_strength, parse_styles
from stylekit.inference.tiles import TILES, Tiles, stylize_in_tiles

# Photo [1, height, width, 3], style weights [1, styles], strength [1, 1], and noise if the network
# takes it -> output like the photo.
Runner = Callable[..., np.ndarray]


class Stylizer:
    """A style network and its card: `Stylizer("model.tflite").stylize(photo)`.

    The network is loaded once and stays warm. Several threads may use one stylizer: the network
    runs for one of them at a time, on all of its own threads.

    A shipped model computes whole photographs in int8 where the processor is far quicker with them
    (`zoo.quicker_path`): the picture then differs a little from that of other machines, and more
    where the photograph is flat.

    Attributes:
        card: what the network is.
        default_style: style of a photograph where none is asked for.
    """

    def __init__(
        self,
        model: str | Path | Runner,
        *,
        card: ModelCard | None = None,
        threads: int | None = None,
        precise: bool = False,
    ) -> None:
        """Take an exported model, or any function that computes the network, with its card.

        Args:
            model: path of a `.tflite` file, name of a shipped model, or a function as `Runner`
                says.
            card: of the function; a file has its own.
            threads: processors that a file is run on; None for all.
            precise: compute a shipped model in floats on every processor; other models run as they
                are.

        Raises:
            StylekitError: a missing, damaged or foreign file, a card that does not fit, or a
                network that makes textures.
        """
        if isinstance(model, str | Path):
            quicker = None if precise else zoo.quicker_path(model)
            path = quicker or zoo.model_path(model)
            self.card = read_card(path)
            self.card.require_photographs()
            network = LiteRTModel(path, threads)
            if network.style_count != len(self.card.styles):
                raise StylekitError(
                    f"the model {str(model)!r} has {network.style_count} styles, its card "
                    f"{len(self.card.styles)}: export it again"
                )
            if network.takes_noise != bool(self.card.noise):
                raise StylekitError(
                    f"the model {str(model)!r} and its card do not agree about noise: export it "
                    "again"
                )
            self._run: Runner = network
            self._file: LiteRTModel | None = network
            # The name of a shipped model that is computed in int8, else None.
            self._in_int8 = None if quicker is None else str(model)
        elif card is None:
            raise StylekitError("a function that computes a network needs a model card")
        else:
            self.card = card
            self._run = model
            self._file = None
            self._in_int8 = None
        shipped_style = zoo.default_style(model) if isinstance(model, str | Path) else None
        self.default_style = shipped_style or self.card.styles[0]
        self._threads = threads
        self._in_floats: Stylizer | None = None
        self._noise = NoiseMaps.from_card(self.card.noise)
        self._one_at_a_time = threading.Lock()

    @property
    def styles(self) -> list[str]:
        """Names of the styles."""
        return list(self.card.styles)

    @property
    def takes_tiles(self) -> bool:
        """Whether `stylize_in_tiles` can be called: an exported file can, a run cannot."""
        return self._file is not None and self._file.takes_statistics

    @property
    def in_floats(self) -> "Stylizer":
        """The same model, precise: this stylizer, or one that is opened when it is first needed."""
        if self._in_int8 is None:
            return self
        with self._one_at_a_time:
            if self._in_floats is None:
                self._in_floats = Stylizer(self._in_int8, threads=self._threads, precise=True)
            return self._in_floats

    def warm_up(self) -> None:
        """Run the network once on the smallest photo: LiteRT then has said and set up all."""
        self.stylize(np.zeros((1, 1, 3), np.float32))

    def style_weights(self, style: str | None) -> np.ndarray:
        """Weights `[styles]`, sum 1, of a style or blend; see `inference.styles.parse_styles`.

        Raises:
            StylekitError: an unknown style or a wrong weight.
        """
        return parse_styles(self.default_style if style is None else style, self.card.styles)

    def stylize(
        self,
        rgb: np.ndarray,
        style: str | None = None,
        strength: float = 1.0,
        seed: int | None = None,
    ) -> np.ndarray:
        """Stylize a photograph of any size from 1×1 up.

        Args:
            rgb: float `[height, width, 3]` in [0, 1].
            style: a name or a blend such as "a:0.6,b:0.4"; None for the default.
            strength: 0, exactly the photograph, to 1, the full style.
            seed: of the noise, 0 to 4294967295, for a model that has noise: another seed gives
                another picture. None for 0.

        Returns:
            float32 `[height, width, 3]` in [0, 1].

        Raises:
            StylekitError: an array of another kind, an unknown style, a wrong weight or strength,
                or a seed for a model without noise.
        """
        photo = _photo(rgb)
        weights = self.style_weights(style)
        strength = parse_strength(strength)
        checked_seed = self._seed(seed)
        if strength == 0:
            return photo.copy()
        card = self.card
        if self._file is not None and self._file.fixed_size is not None:
            return self.stylize_in_tiles(photo, style, strength, seed=seed)
        padded, window = pad_for_model(photo, card.margin, card.multiple_of, card.smallest)
        feeds = [padded[None], weights[None], np.full((1, 1), strength, np.float32)]
        if self._noise is not None:
            feeds.append(self._noise.of(checked_seed, *padded.shape[:2]))
        with self._one_at_a_time:
            output = self._run(*feeds)
        stylized = np.clip(window.crop(np.asarray(output, np.float32)[0]), 0, 1)
        if not np.isfinite(stylized).all():
            raise StylekitError(f"the model {card.name!r} gave NaN: its weights are damaged")
        return stylized

    def stylize_in_tiles(
        self,
        rgb: np.ndarray,
        style: str | None = None,
        strength: float = 1.0,
        mode: Tiles = "fast",
        on_tile: Callable[[int, int], None] = lambda done, all_: None,
        seed: int | None = None,
    ) -> np.ndarray:
        """As `stylize`, in memory that does not grow with the photograph.

        A shipped model is computed in floats here.

        Args:
            rgb: `[height, width, 3]`, floats in [0, 1] or uint8.
            style: as for `stylize`.
            strength: likewise.
            mode: where the statistics that tiles share come from, see `tiles.stylize_in_tiles`.
            on_tile: called with tiles done, and tiles in all.
            seed: as for `stylize`.

        Returns:
            The picture, of the photo's shape and type.

        Raises:
            StylekitError: as `stylize`, another mode, or a network that cannot stylize in tiles.
        """
        if self._in_int8 is not None:
            # Each tile would be rounded to a range of its own, and differ from its neighbours.
            return self.in_floats.stylize_in_tiles(rgb, style, strength, mode, on_tile, seed)
        if mode not in TILES:
            raise StylekitError(f"unknown tiles {mode!r}: choose {' or '.join(TILES)}")
        _require_rgb(rgb)
        photo = rgb if rgb.dtype == np.uint8 else _photo(rgb)
        weights = self.style_weights(style)
        strength = parse_strength(strength)
        checked_seed = self._seed(seed)
        if strength == 0:
            return photo.copy()
        if self._file is None:
            raise StylekitError(
                f"{self.card.name!r} is a run: export it, and stylize in tiles with the file"
            )
        with self._one_at_a_time:
            return stylize_in_tiles(
                self._file, self.card, photo, weights, strength, mode, on_tile, checked_seed
            )

    def _seed(self, seed: int | None) -> int:
        """The seed that is used; refuse one that would do nothing."""
        if seed is not None and self._noise is None:
            raise StylekitError(
                f"the model {self.card.name!r} has no noise, and makes one picture of a photo: "
                "leave the seed out"
            )
        return seed or 0


def _require_rgb(rgb: np.ndarray) -> None:
    if rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise StylekitError(f"a photo must have the shape [height, width, 3], not {rgb.shape}")


def _photo(rgb: np.ndarray) -> np.ndarray:
    _require_rgb(rgb)
    photo = rgb.astype(np.float32)
    if not (photo.min() >= 0 and photo.max() <= 1):
        raise StylekitError(
            f"a photo must have values in [0, 1], not in [{photo.min():g}, {photo.max():g}]"
        )
    return photo
