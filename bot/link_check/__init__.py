"""Looks at the links of submissions in the background, and cannot be used to look at anything else."""
