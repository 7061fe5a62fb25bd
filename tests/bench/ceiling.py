"""The bare ceilings: the same web framework with signature or crypto and no storage at all.

Run as a process: `python -m tests.bench.ceiling PORT ding|wecom [uvloop]`.
"""

import asyncio
import json
import sys
import time

from aiohttp import web
from defusedxml import ElementTree as ET  # XML from outside is never read by the plain parser

from bot.platforms.wecom.crypto import Cipher, signature
from tests.bench.wire import AES_KEY, CLIENT_SECRET, CORP_ID, TOKEN, dingtalk_sign

ANSWER = "线上 18.5 学时，实践 16 学时"


async def ding(request: web.Request) -> web.Response:
    timestamp = request.headers["timestamp"]
    if dingtalk_sign(CLIENT_SECRET, timestamp) != request.headers["sign"]:
        return web.Response(status=403)
    message = json.loads(await request.read())
    assert message["senderStaffId"]
    body = json.dumps({"msgtype": "text", "text": {"content": ANSWER}}).encode()
    return web.Response(body=body, content_type="application/json")


def wecom_handler():
    cipher = Cipher(AES_KEY, CORP_ID)

    async def wecom(request: web.Request) -> web.Response:
        query = request.query
        encrypt = ET.fromstring(await request.read()).findtext("Encrypt")
        if signature(TOKEN, query["timestamp"], query["nonce"], encrypt) != query["msg_signature"]:
            return web.Response(status=403)
        inner = ET.fromstring(cipher.decrypt(encrypt))
        second = str(int(time.time()))
        reply = (
            f"<xml><ToUserName>{inner.findtext('FromUserName')}</ToUserName>"
            f"<FromUserName>{CORP_ID}</FromUserName><CreateTime>{second}</CreateTime>"
            f"<MsgType>text</MsgType><Content>{ANSWER}</Content></xml>"
        )
        sealed = cipher.encrypt(reply.encode())
        signed = signature(TOKEN, second, "n", sealed)
        return web.Response(
            text=f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signed}</MsgSignature>"
            f"<TimeStamp>{second}</TimeStamp><Nonce>n</Nonce></xml>",
            content_type="application/xml",
        )

    return wecom


async def serve(port: int) -> None:
    app = web.Application(client_max_size=64 * 1024)
    app.router.add_post("/dingtalk/callback", ding)
    app.router.add_post("/wecom/app/callback", wecom_handler())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    if "uvloop" in sys.argv:
        import uvloop

        uvloop.run(serve(int(sys.argv[1])))
    else:
        asyncio.run(serve(int(sys.argv[1])))
