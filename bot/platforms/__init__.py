"""One folder per chat platform, the same files in each."""
