"""Every sentence a person reads, and nothing else."""
