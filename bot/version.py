"""Which version of the program this is."""

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """As it was installed; "" where it runs out of a bare folder."""
    try:
        return version("yanxiu-assistant")
    except PackageNotFoundError:
        return ""
