"""The one way out: what is due is claimed in one transaction, sent outside any, and settled in another."""
