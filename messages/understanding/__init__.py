"""From what people really write to a command."""
