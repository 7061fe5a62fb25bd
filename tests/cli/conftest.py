"""The real commands as processes of their own, and a small county for them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree as ET

import pytest

from bot.platforms.wecom.crypto import Cipher, signature
from storage.database import Database
from tests.cli.small_county import fill
from tests.kit.forkserver import Forked, Order
from tests.kit.patience import PATIENCE_SECONDS

REPOSITORY = Path(__file__).parents[2]
SECRET_KEY = "a secret key of forty characters, or more"
DINGTALK = {
    "BOT_DINGTALK__CLIENT_ID": "ding-example",
    "BOT_DINGTALK__CLIENT_SECRET": "ding-example-secret",
    "BOT_DINGTALK__ROBOT_CODE": "ding-example",
}
WECOM = {
    "BOT_WECOM__CORP_ID": "wx5823bf96d3bd56c7",
    "BOT_WECOM__AGENT_ID": "1000002",
    "BOT_WECOM__SECRET": "wecom-example-secret",
    "BOT_WECOM__TOKEN": "QDG6eK",
    "BOT_WECOM__ENCODING_AES_KEY": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
}


def environment(**settings):
    """Nothing of the BOT_ variables of whoever runs the tests."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return {**plain, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", **settings}


@pytest.fixture
def bare_environment():
    return environment()


@pytest.fixture
def bot(tmp_path, forkserver):
    """Runs `python -m bot …` in an empty directory until it ends."""

    def run(*arguments, stdin="", fresh=False, **settings):
        """`fresh`: by an interpreter of its own, for what that one reads when it starts."""
        around = environment(**settings)
        if fresh:
            return subprocess.run(
                [sys.executable, "-m", "bot", *arguments],
                cwd=tmp_path,
                env=around,
                input=stdin,
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
        order = Order("bot", [str(one) for one in arguments], str(tmp_path), around)
        return forkserver.run(order, stdin=stdin, timeout=PATIENCE_SECONDS)

    return run


@dataclass
class Server:
    """A running `serve` or `demo`."""

    process: Forked
    stderr: TextIO
    address: str = ""
    said: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.follower = threading.Thread(target=self.follow, daemon=True)

    def follow(self):
        for line in self.stderr:
            self.said.append(line.rstrip("\n"))

    def wait_until_it_listens(self, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in list(self.said):
                if "listening on http://" in line:
                    self.address = "http://" + line.split("http://")[1].split()[0].strip('",')
                    return
            time.sleep(0.01)
        raise AssertionError("\n".join(self.said))

    def get(self, path):
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self, number=signal.SIGTERM, seconds=20):
        self.process.send_signal(number)
        return self.process.wait(seconds)


@pytest.fixture
def start(tmp_path, forkserver):
    """Starts a command that stays up, on a port that the system chooses; kills what a test leaves."""
    servers = []

    def run(*arguments, listens=True, **settings):
        order = Order("bot", arguments, str(tmp_path), environment(**{"BOT_PORT": "0", **settings}))
        heard, says = os.pipe()
        process = forkserver.start(order, stderr=says)
        os.close(says)
        server = Server(process, os.fdopen(heard, encoding="utf-8"))
        servers.append(server)
        server.follower.start()
        if listens:
            server.wait_until_it_listens()
        return server

    yield run
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
        server.process.wait(10)
        server.follower.join(10)
        server.stderr.close()


@pytest.fixture
def serve(start, sqlite_county):
    """`serve` with both platforms on the small county."""

    def run(**settings):
        return start(
            "serve",
            **{
                "BOT_DATABASE_URL": sqlite_county,
                "BOT_SECRET_KEY": SECRET_KEY,
                "BOT_CLOCK_START": "2024-05-20T09:00:00+08:00",
                **DINGTALK,
                **WECOM,
                **settings,
            },
        )

    return run


class Platforms:
    """Talks to a server as the two platforms do: signed JSON and encrypted XML."""

    def __init__(self):
        self._cipher = Cipher(WECOM["BOT_WECOM__ENCODING_AES_KEY"], WECOM["BOT_WECOM__CORP_ID"])

    def dingtalk_request(self, server, text, key, account_id="demo_0001"):
        stamp = str(int(time.time() * 1000))
        secret = DINGTALK["BOT_DINGTALK__CLIENT_SECRET"]
        sign = b64encode(digest(secret.encode(), f"{stamp}\n{secret}".encode(), sha256)).decode()
        body = {
            "msgtype": "text",
            "text": {"content": text},
            "msgId": key,
            "conversationType": "1",
            "conversationId": "cid-example",
            "senderStaffId": account_id,
            "senderId": "$:LWCP_v1:$example",
            "senderNick": "示例",
            "chatbotUserId": "$:LWCP_v1:$robot",
            "robotCode": "ding-example",
            "createAt": int(stamp),
        }
        return urllib.request.Request(
            f"{server.address}/dingtalk/callback",
            data=json.dumps(body).encode(),
            headers={"timestamp": stamp, "sign": sign, "Content-Type": "application/json"},
        )

    def ask_dingtalk(self, server, text, key, account_id="demo_0001"):
        """The text of the answer, whether it came as text or as Markdown."""
        with urllib.request.urlopen(
            self.dingtalk_request(server, text, key, account_id), timeout=10
        ) as response:
            said = json.load(response)
        if said["msgtype"] == "empty":
            return ""
        return said["text"]["content"] if said["msgtype"] == "text" else said["markdown"]["text"]

    def ask_wecom(self, server, text, key, account_id="demo_0001"):
        """The text of the decrypted passive reply."""
        now = int(time.time())
        message = (
            f"<xml><ToUserName>x</ToUserName><FromUserName>{account_id}</FromUserName><CreateTime>{now}</CreateTime>"
            f"<MsgType>text</MsgType><Content>{text}</Content><MsgId>{key}</MsgId><AgentID>1000002</AgentID></xml>"
        )
        encrypt = self._cipher.encrypt(message.encode())
        token = WECOM["BOT_WECOM__TOKEN"]
        query = f"msg_signature={signature(token, str(now), 'n', encrypt)}&timestamp={now}&nonce=n"
        request = urllib.request.Request(
            f"{server.address}/wecom/app/callback?{query}",
            data=f"<xml><ToUserName>x</ToUserName><Encrypt>{encrypt}</Encrypt></xml>".encode(),
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            sealed = response.read()
        if not sealed:
            return ""
        inner = self._cipher.decrypt(ET.fromstring(sealed).findtext("Encrypt"))
        return ET.fromstring(inner).findtext("Content")


@pytest.fixture
def platforms():
    return Platforms()


@pytest.fixture
def county(database_url):
    """The small county in a database of each kind; its address."""
    fill(database_url)
    return database_url


@pytest.fixture
def sqlite_county(sqlite_template, tmp_path):
    path = tmp_path / "county.db"
    path.write_bytes(sqlite_template.read_bytes())
    fill(f"sqlite:///{path}")
    return f"sqlite:///{path}"


@pytest.fixture
def stored(county):
    """What the database holds: `stored(query)`."""

    def read(query):
        database = Database(county)
        with database.reading() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        database.close()
        return rows

    return read
