"""The process that decodes photos of strangers, bounded in memory and time; to kill it harms no one else."""
