"""Where "shows no bird" begins; imports nothing, for `birds` tells it, too."""

from typing import Final

NO_BIRD_BELOW: Final = 0.2
"""Bird probability under which a photo counts as showing no bird.

Of bird photos of birds525 the starter gives 41 % at least 0.5, but 98 % at least this, and 3 % of others;
trained models' scores are fitted so that 98 % of their birds are above it."""
