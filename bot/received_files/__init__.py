"""Looks at the spreadsheets that the office sends in a chat, and imports what its sender has confirmed."""
