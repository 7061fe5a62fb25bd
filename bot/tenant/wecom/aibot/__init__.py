"""智能机器人: one bot, in long connection or in callback mode."""
