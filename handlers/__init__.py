"""What the bot does: one file per thing one can ask."""
