"""The bare ceilings of the long connections: the same web framework, a fixed answer, no storage.

Run as a process: `python -m tests.bench.echo aibot|stream PORT`.
"""

import asyncio
import json
import sys

from aiohttp import ClientSession, WSMsgType

ANSWER = "线上 18.5 学时，实践 16 学时"


async def aibot(session: ClientSession, port: int) -> None:
    async with session.ws_connect(f"http://127.0.0.1:{port}/aibot") as socket:
        await socket.send_str(json.dumps({"cmd": "aibot_subscribe", "headers": {"req_id": "s"}, "body": {}}))
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                return
            frame = json.loads(message.data)
            if frame.get("cmd") != "aibot_msg_callback":
                continue
            stream = {"id": frame["body"]["msgid"], "finish": True, "content": ANSWER}
            body = {"msgtype": "stream", "stream": stream}
            answer = {"cmd": "aibot_respond_msg", "headers": frame["headers"], "body": body}
            await socket.send_str(json.dumps(answer, ensure_ascii=False))


async def stream(session: ClientSession, port: int) -> None:
    tasks: set[asyncio.Task[None]] = set()

    async def say(url: str) -> None:
        async with session.post(url, json={"msgtype": "text", "text": {"content": ANSWER}}) as response:
            assert (await response.json())["errcode"] == 0

    base = f"http://127.0.0.1:{port}"
    async with session.post(f"{base}/v1.0/gateway/connections/open", json={}) as response:
        opened = await response.json()
    async with session.ws_connect(opened["endpoint"], params={"ticket": opened["ticket"]}) as socket:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                return
            frame = json.loads(message.data)
            headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
            ack = {"code": 200, "message": "OK", "headers": headers, "data": '{"response":null}'}
            await socket.send_str(json.dumps(ack))
            task = asyncio.create_task(say(json.loads(frame["data"])["sessionWebhook"]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


async def connect(kind: str, port: int) -> None:
    async with ClientSession() as session:
        await (aibot if kind == "aibot" else stream)(session, port)


if __name__ == "__main__":
    asyncio.run(connect(sys.argv[1], int(sys.argv[2])))
