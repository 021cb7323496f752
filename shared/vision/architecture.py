"""Which network a bundle's weights belong to, in timm's terms."""

from typing import Annotated, Final

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from shared.vision.strict import Strict

Channels = tuple[float, float, float]
"""A number for red, green and blue."""
MAX_INPUT_SIDE: Final = 2048  # twice the largest that timm knows; one more zero would be gigabytes a batch

_Name = Annotated[str, Field(pattern="^[a-z0-9_]{0,40}$")]
_Count = Annotated[int, Field(ge=0, le=64)]


class ArchitectureArguments(TypedDict, total=False):
    """Arguments of timm's `create_model` that a bundle may set; each changes the network's shape or what it
    computes, in ways that weights from elsewhere need. None can name a file, a class or code; the sizes
    among them are bounded, so that no bundle asks for more memory than its weights are worth.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)  # type: ignore[misc]

    pad_type: _Name
    """`same` for weights that came from TensorFlow."""
    act_layer: _Name
    norm_layer: _Name
    global_pool: _Name
    stem_type: _Name
    img_size: Annotated[int, Field(ge=1, le=MAX_INPUT_SIDE)]
    """Of transformers, whose position embeddings depend on it."""
    dynamic_img_size: bool
    patch_size: _Count
    window_size: _Count
    class_token: bool
    reg_tokens: _Count
    no_embed_class: bool
    pre_norm: bool
    final_norm: bool
    fc_norm: bool
    qkv_bias: bool
    qk_norm: bool
    conv_bias: bool
    head_norm_first: bool
    ls_init_value: float
    """Layer scale of ConvNeXt; its name is `init_values` in transformers."""
    init_values: float


class Backbone(Strict):
    """One of several networks whose features stand side by side under one head."""

    architecture: str = Field(pattern="^[a-z0-9_]{1,100}$")
    """As the bundle's own."""
    architecture_arguments: ArchitectureArguments = Field(default_factory=ArchitectureArguments)
    size: int = Field(ge=1, le=MAX_INPUT_SIDE)
    """Side in pixels of what it is shown: the bundle's input, scaled."""
    mean: Channels
    std: Channels


SIDE_BY_SIDE: Final = "side_by_side"
"""Architecture of a bundle with `backbones`; no name of timm's."""
