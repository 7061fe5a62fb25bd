"""What stands under /me: a file for each page."""
