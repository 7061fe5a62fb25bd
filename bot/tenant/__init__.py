"""The practice tenant: emulators of WeCom and DingTalk, and the page on which one can be anybody in them."""
