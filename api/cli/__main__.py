"""`python -m api.cli` is `birds`."""

from api.cli.main import app

app(prog_name="birds")
