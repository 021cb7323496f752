"""Which birds are to be expected where and when: by sources in layers, of which the most precise answers.

A source flags and never hides. What it does not know it does not say: no place, no data and a bird that it
has never heard of are told apart from a bird that it knows to be elsewhere.
"""
