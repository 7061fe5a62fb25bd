"""DingTalk, as an enterprise robot and a custom group robot meet it."""
