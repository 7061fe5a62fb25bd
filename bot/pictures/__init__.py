"""Tables and charts as pictures: one description, SVG for pages and PNG for chats."""
