"""WeCom's AI bot (智能机器人): it hears groups, needs no public address, or is called like the application."""
