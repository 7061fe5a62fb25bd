"""DingTalk's stream: a connection that we open, and on which the robot hears."""
