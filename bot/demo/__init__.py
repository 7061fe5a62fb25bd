"""The demonstration county: made-up schools and people, and where they keep their files."""
