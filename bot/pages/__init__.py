"""The pages: the office's, a reviewer's, and everybody's own."""
