"""Workbooks and CSV files that the bot makes: what they hold, and how they are written."""
