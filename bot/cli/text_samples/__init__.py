"""Every text that people read, with example data: what `python -m bot texts` shows to the office."""
