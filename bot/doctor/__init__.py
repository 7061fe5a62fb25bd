"""`doctor`: looks at everything that the bot stands on, and says what to do about what is not in order."""
