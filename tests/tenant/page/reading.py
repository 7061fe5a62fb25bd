"""How the tests read the page: what the server sent, and the live feed."""

import json


class Screen:
    """What the server sent, as a reader sees it: text without marks, forms as they would be posted."""

    def __init__(self, http, prefix=""):
        self.http = http
        self.prefix = prefix

    async def page(self, **query):
        return await self.read("/", **query)

    async def read(self, path, **query):
        async with self.http.get(self.prefix + path, params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()

    async def post(self, path, headers=None, **fields):
        """Follows the way back to the page."""
        async with self.http.post(self.prefix + path, data=fields, headers=headers) as answer:
            return answer.status, await answer.text()

    async def live(self, path, **fields):
        """As the page's script posts."""
        async with self.http.post(self.prefix + path, data=fields, headers={"X-Live": "1"}) as answer:
            return answer.status, await answer.json()


def seat(platform="wecom", member="T1", chat=""):
    """The hidden fields of a phone's forms."""
    rooms = {"wecom": "wecom:app:t1", "dingtalk": "dingtalk:robot:t1"}
    return {"platform": platform, "member": member, "chat": chat or rooms[platform], "back": ""}


class Events:
    """The live feed, read event by event."""

    def __init__(self, answer):
        self.answer = answer

    async def next(self, *names):
        """The next one with one of these names."""
        while True:
            name, data = "", None
            async for line in self.answer.content:
                text = line.decode().rstrip("\n")
                if text.startswith("event: "):
                    name = text.removeprefix("event: ")
                elif text.startswith("data: "):
                    data = json.loads(text.removeprefix("data: "))
                elif not text and data is not None:
                    break
            else:
                raise AssertionError("the feed has ended")
            if name in names:
                return data
