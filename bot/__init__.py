"""研修助手: the rules, the platforms and the process around them."""
