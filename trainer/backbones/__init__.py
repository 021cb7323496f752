"""A teacher in minutes: several trained networks as they are, side by side under one head that is fitted."""
