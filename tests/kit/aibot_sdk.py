"""The official client of AI bots, imported in spite of the deprecated name that it asks websockets for."""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", r"websockets\.", DeprecationWarning)
    from aibot import WSClient, WSClientOptions, decrypt_file
    from aibot import ws as sdk_socket

__all__ = ["WSClient", "WSClientOptions", "decrypt_file", "sdk_socket"]
