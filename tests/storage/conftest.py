"""People who are written to; tests about other things settle a county of their own."""

from tests.kit.addressees import county

__all__ = ["county"]
