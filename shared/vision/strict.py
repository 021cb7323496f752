"""What every part of a bundle's document is: nothing unknown in it, unchanging, every number finite."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
