"""Not strict: here the kit's complaints are what is tested."""

from tests.kit.fixtures import tenant

__all__ = ["tenant"]
