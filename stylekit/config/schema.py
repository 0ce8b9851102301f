"""What a configuration is: dataclasses whose types say which values are allowed."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

Weight = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Decay = Annotated[float, Field(strict=True, ge=0, lt=1, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=1)]
CountOrZero = Annotated[int, Field(strict=True, ge=0)]
Task = Literal["style_transfer", "texture"]
Precision = Literal["float32", "bfloat16", "float16"]
ImageSize = Annotated[int, Field(strict=True, ge=16)]

_NO_UNKNOWN_KEYS = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class StyleConfig:
    """One painting: the name users ask for, and the image file.

    Only a style that is not learned, as it comes with the weights that a training starts from,
    may be without a file.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    name: Annotated[str, Field(min_length=1, pattern=r"^[^:,/\\]+$")]
    path: str | None = None


@dataclass(frozen=True)
class ContentConfig:
    """The photographs to train on.

    `source` is a folder, `tfds:NAME[:SPLIT]`, or nothing for the photographs that scikit-image and
    scikit-learn carry. `cache_gigabytes` of decoded photographs stay in memory. `plain_share` of
    the images are flat colours, gradients and noise instead, which teach flat areas. Each image is
    trained on `visits` times within some hundred images, each time with a style and a strength of
    its own, and what the objective asks of its content is computed once: with more than one visit
    the content layers of 128 images stay in memory, 0.15 GB for relu4_1 at 192².
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    source: str | None = None
    cache_gigabytes: Weight = 2.0
    plain_share: Share = 0.03
    visits: Count = 4


@dataclass(frozen=True)
class GeneratorConfig:
    """The network that is trained: its name in the registry, and its size where it has one.

    `noise` is the number of scales, each twice as coarse as the one before, from 4 pixels up, at
    which a stylization network takes noise: one photo then gives many pictures. `scales` is the
    number of sizes at which a texture network takes noise. Statistics of `normalization` "batch"
    are over the whole batch, for comparison with "instance"; in `texture_small` at its two finest
    sizes only, since positions of coarser ones are normalized by themselves.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    name: str = "small"
    channels: Count | None = None
    blocks: Count | None = None
    upsampling: Literal["resize", "transpose"] = "resize"
    noise: Annotated[int, Field(strict=True, ge=0, le=8)] = 0
    scales: Annotated[int, Field(strict=True, ge=2, le=8)] | None = None
    normalization: Literal["instance", "batch"] = "instance"


@dataclass(frozen=True)
class DiversityConfig:
    """How much the pictures are to differ that a network with noise makes of one photograph.

    Of each photograph a batch has `samples` pictures. `entropy_weight` times their entropy per
    dimension is taken from what is minimised (Ulyanov et al. 2017); the weight is zero up to
    `start_step` and rises linearly over `rise_steps`. Distances are between pictures (`layer`
    "pixels") or between feature maps of the loss network at a layer, averaged over squares of
    `reduction` pixels first, so that fine grain is not what differs.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    samples: Count = 1
    entropy_weight: Weight = 0.0
    start_step: CountOrZero = 0
    rise_steps: CountOrZero = 0
    layer: str = "pixels"
    reduction: Count = 4


@dataclass(frozen=True)
class ObjectiveConfig:
    """What is minimised: content, style and total variation, and the loss network they live on.

    `normalization` "relative" divides the loss of a layer by the mean square of its target, so
    that one recipe serves different paintings; "absolute" is what the papers print. `style_size`
    is the shortest side, in pixels, at which the painting is seen: the size of the brush.
    `preset` only says where the values came from; they are all here.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    preset: str | None = None
    content_layers: dict[str, Weight] = field(default_factory=lambda: {"relu4_1": 1.0})
    style_layers: dict[str, Weight] = field(
        default_factory=lambda: {f"relu{block}_1": 1.0 for block in range(1, 5)}
    )
    content_weight: Weight = 1.0
    style_weight: Weight = 4.0
    variation_weight: Weight = 0.0
    normalization: Literal["relative", "absolute"] = "relative"
    style_size: ImageSize = 256
    architecture: Literal["auto", "vgg16", "vgg19"] = "auto"
    weights: str = "auto"
    pooling: Literal["max", "avg"] = "max"
    diversity: DiversityConfig = field(default_factory=DiversityConfig)


@dataclass(frozen=True)
class StageConfig:
    """A stretch of training with one image size; `style_size` overrides the objective's.

    With `photo_size` larger than `image_size`, an image is a part of what a photograph of that
    shortest side would show: small images at the scale of large ones, so that a cheap first stage
    learns the brush strokes of the last. The generator sees `context` more pixels on every side
    than the objective does: where the objective reaches the border, a network learns to paint
    strokes along it. `full_strength_share` of the images are trained at strength 1, the others at
    strengths drawn evenly from [0, 1].
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    steps: Count = 4000
    image_size: ImageSize = 256
    batch_size: Count = 2
    style_size: ImageSize | None = None
    photo_size: ImageSize | None = None
    context: CountOrZero = 16
    full_strength_share: Share = 0.8

    @property
    def seen_size(self) -> int:
        """Size of the images that the generator sees, context included."""
        return self.image_size + 2 * self.context

    @property
    def scale_size(self) -> int:
        """Shortest side of the photographs whose scale the images have."""
        return max(self.photo_size or 0, self.image_size)


@dataclass(frozen=True)
class TrainingConfig:
    """How the objective is minimised.

    The learning rate rises over `warmup_steps`, then stays ("constant") or falls along a half
    cosine ("cosine") to `final_learning_rate_fraction` of itself at the last step.
    `image_balance` "log" minimises the mean logarithm of the images' objectives, weighted by
    strength: each image then counts by its relative progress, so that a few hard photographs do
    not drown the others, nor the faint ones of low strength.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    stages: Annotated[list[StageConfig], Field(min_length=1)] = field(
        default_factory=lambda: [
            StageConfig(4000, 128, 2, photo_size=256, context=0, full_strength_share=1.0),
            StageConfig(2600, 256, 2),
        ]
    )
    optimizer: Literal["adam", "adamw", "muon"] = "muon"
    learning_rate: Positive = 1e-2
    final_learning_rate_fraction: Share = 0.01
    warmup_steps: CountOrZero = 20
    schedule: Literal["cosine", "constant"] = "cosine"
    image_balance: Literal["log", "none"] = "log"
    clip_norm: Positive | None = 10.0
    ema_decay: Decay = 0.995
    precision: Literal["auto", Precision] = "auto"
    checkpoint_every: Count = 200
    preview_every: Count = 200
    log_every: Count = 1

    @property
    def total_steps(self) -> int:
        """Steps of all stages."""
        return sum(stage.steps for stage in self.stages)


@dataclass(frozen=True)
class StartConfig:
    """Trained weights that a training begins with, instead of random ones.

    `weights` is a run directory, a `.weights.h5` file in one, or the name of a shipped model.
    Styles keep what they were under their names; new ones begin as the mean of all. With
    `added_styles`, the rows of these in the conditional instance normalizations are all that is
    learned: the network and its other styles stay as they are (Dumoulin et al. 2017).
    `terms` are those of the weights, filled in when the training starts.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    weights: Annotated[str, Field(min_length=1)]
    added_styles: list[str] = field(default_factory=list)
    terms: str = ""


@dataclass(frozen=True)
class RunConfig:
    """A whole training run.

    `task` "texture" learns to make more of the textures in `styles`, from noise: it has no
    content, no context and no strength.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    styles: Annotated[list[StyleConfig], Field(min_length=1)]
    task: Task = "style_transfer"
    name: str = ""
    seed: CountOrZero = 0
    content: ContentConfig = field(default_factory=ContentConfig)
    generator: GeneratorConfig = field(default_factory=GeneratorConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    start: StartConfig | None = None

    @property
    def makes_textures(self) -> bool:
        """Whether the network makes textures of noise; else it paints photographs."""
        return self.task == "texture"

    @property
    def style_names(self) -> list[str]:
        """Names of the styles, in the order of the generator's style weights."""
        return [style.name for style in self.styles]

    @property
    def rows_alone(self) -> bool:
        """Whether nothing is learned but the rows of added styles."""
        return self.start is not None and bool(self.start.added_styles)

    @property
    def learned_styles(self) -> list[StyleConfig]:
        """The styles that are trained, in the order of `styles`; their paintings are needed."""
        if self.start is None or not self.start.added_styles:
            return self.styles
        return [style for style in self.styles if style.name in self.start.added_styles]

    @property
    def learned_indices(self) -> list[int]:
        """Where `learned_styles` are among the styles."""
        return [self.styles.index(style) for style in self.learned_styles]
