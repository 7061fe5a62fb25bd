"""WeCom, as a self-built app, an AI bot and a group webhook meet it."""
