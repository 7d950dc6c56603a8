"""What every shape that goes in or out is made of. Apart from the web, so that a worker need not load it."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """What goes in and out: nothing that was not declared."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)
