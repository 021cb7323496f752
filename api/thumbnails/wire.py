"""How the api and its thumbnail process talk: a head of fixed size, then as many bytes as it says
(length-prefixed framing)."""

import struct

REQUEST = struct.Struct("!QQ")  # most pixels, bytes of the photo that follows
REPLY = struct.Struct("!?Q")  # whether it worked, bytes that follow: a JPEG, or else `code detail`
