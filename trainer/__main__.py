"""`birds-train`: the command of whoever makes models."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from shared.errors import BirdsError
from shared.objects import open_object_store
from shared.settings import ObjectStoreSettings, read_settings
from shared.vision import registry
from shared.vision.refs import RegistryRef

app = typer.Typer(no_args_is_help=True, help="Make models for Birds.", add_completion=False)


@app.callback()
def birds_train() -> None:
    """Keeps `publish` a subcommand while it is the only one."""


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="Folder with bundle.json and model.safetensors")],
) -> None:
    """Publish a model to the registry; `birds models promote NAME@VERSION` makes workers switch to it."""
    try:
        print(asyncio.run(_publish(folder)))
    except BirdsError as error:
        print(f"birds-train: {error.detail}")
        raise typer.Exit(2) from None


async def _publish(folder: Path) -> RegistryRef:
    async with open_object_store(read_settings(ObjectStoreSettings)) as objects:
        await objects.ensure_bucket()
        return await registry.publish(objects, folder)


if __name__ == "__main__":
    app()
