"""Which species are to be expected where and when, by sources that are told in each answer."""
