"""Spreadsheets in: read, matched, previewed, applied."""
