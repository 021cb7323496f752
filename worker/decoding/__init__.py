"""Decoding in processes of their own: a photo that kills its decoder harms nothing else."""
