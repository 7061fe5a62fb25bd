"""What stands under /office: a file for each page."""
