"""Passwords of the embedded servers: made once, kept with the data that they open."""

import json
from dataclasses import asdict, dataclass
from secrets import token_hex

from scripts.embedded.home import Home
from scripts.embedded.private import write_private

PASSWORD_BYTES = 16
ACCESS_KEY_BYTES = 10  # 20 characters, as long as those of AWS; rclone refuses very short ones


@dataclass(frozen=True, slots=True)
class Secrets:
    """Hexadecimal, so that they need no quoting in a URL or a configuration file."""

    postgres_password: str
    amqp_password: str
    s3_access_key: str
    s3_secret_key: str


def load_secrets(home: Home) -> Secrets:
    """Those of this folder, made the first time."""
    if not home.secrets.exists():
        made = Secrets(
            postgres_password=token_hex(PASSWORD_BYTES),
            amqp_password=token_hex(PASSWORD_BYTES),
            s3_access_key=token_hex(ACCESS_KEY_BYTES),
            s3_secret_key=token_hex(PASSWORD_BYTES),
        )
        write_private(home.secrets, json.dumps(asdict(made), indent=2))
    return Secrets(**json.loads(home.secrets.read_text()))
