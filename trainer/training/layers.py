"""A network in two: the lower part, which stays as it is (frozen), and the upper, which learns."""

import torch

from trainer.training.recipe import RecipeError


def lower_part(model: torch.nn.Module, blocks: int) -> torch.nn.Sequential:
    """Stem and the first `blocks` stages: (B, 3, H, W) normalised pixels to feature maps."""
    stem, stages, _ = parts(model)
    return torch.nn.Sequential(*stem, *stages[:blocks])


def upper_part(model: torch.nn.Module, blocks: int) -> torch.nn.Sequential:
    """What `forward_features` does after `lower_part`."""
    _, stages, top = parts(model)
    return torch.nn.Sequential(*stages[blocks:], *top)


def parts(
    model: torch.nn.Module,
) -> tuple[list[torch.nn.Module], list[torch.nn.Module], list[torch.nn.Module]]:
    """Stem, stages and top of a network that timm builds of these three."""
    children = dict(model.named_children())
    for names in (("conv_stem", "bn1", "blocks", "conv_head", "bn2"), ("stem", "stages", "norm_pre")):
        if set(names) <= children.keys():  # the EfficientNets, the ConvNeXts
            break
    else:
        raise RecipeError(f"model.frozen_blocks: {type(model).__name__} is not known by its parts")
    middle = names.index("blocks" if "blocks" in names else "stages")
    stem, stages, top = names[:middle], names[middle], names[middle + 1 :]
    return (
        [children[name] for name in stem],
        list(children[stages].children()),
        [children[name] for name in top],
    )


def is_depthwise(module: torch.nn.Module) -> bool:
    return isinstance(module, torch.nn.Conv2d) and module.groups == module.in_channels > 1
