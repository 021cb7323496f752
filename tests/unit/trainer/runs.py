"""A recipe that is learned by in a second, and the command that follows it."""

from typer.testing import CliRunner

from trainer.__main__ import app

RECIPE = """
[model]
name = "tiny"
architecture = "test_convnext"
weights = "scratch"

[input]
size = 64

[augment]
least_area = 0.6
flip = 0.5
colour = 0.2
mixup = 0.2

[distil]
method = "kl"

[optimizer]
lr = 0.003
clip = 1.0

[schedule]
epochs = 3
warmup_epochs = 1

[run]
batch = 8
accumulate = 2
ema = 0.9
workers = 0
"""


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def changed(*changes: str) -> list[str]:
    return [word for change in changes for word in ("--set", change)]
