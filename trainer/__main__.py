"""`birds-train`: the command of whoever makes models."""

import typer

from trainer.cli import bundles, data, runs

app = typer.Typer(no_args_is_help=True, help="Make models for Birds.", add_completion=False)
for command in (
    data.field_guide,
    data.inspect,
    data.hold_out,
    data.pool,
    runs.teacher,
    runs.backbones,
    runs.blocks,
    runs.student,
    bundles.evaluate,
    bundles.adopt,
    bundles.average,
    bundles.card,
    bundles.export,
    bundles.graph,
    bundles.publish,
):
    app.command()(command)

if __name__ == "__main__":
    app()
