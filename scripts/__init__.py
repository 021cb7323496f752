"""The commands of this repository: one file each, the same that CI runs."""
