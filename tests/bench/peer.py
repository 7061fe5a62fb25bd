"""A peer: what the field's tutorials build, Flask under gunicorn with wechatpy, which looks one person up and answers.

It knows no limits, keeps nothing and tells a repeated message from a new one by nothing; kept-alive connections are a
kindness, gunicorn's plain workers have none. Run as `gunicorn tests.bench.peer:app`; the database is in PEER_DATABASE.
"""

import os
import sqlite3
import time

from flask import Flask, Response, g, request
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.enterprise.parser import parse_message
from wechatpy.enterprise.replies import TextReply

from tests.bench.wire import AES_KEY, CORP_ID, TOKEN

_HOURS = """
SELECT standing.online_hours, standing.practice_hours FROM account JOIN standing USING (person_id)
WHERE account.platform = 'wecom' AND account.folded = ?
"""

app = Flask(__name__)
crypto = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)


def database() -> sqlite3.Connection:
    if "database" not in g:
        g.database = sqlite3.connect(os.environ["PEER_DATABASE"])
    return g.database


@app.teardown_appcontext
def close(_error: BaseException | None) -> None:
    if "database" in g:
        g.database.close()


@app.post("/wecom/app/callback")
def callback() -> Response:
    query = request.args
    inner = crypto.decrypt_message(request.data, query["msg_signature"], query["timestamp"], query["nonce"])
    message = parse_message(inner)
    online, practice = database().execute(_HOURS, (message.source.lower(),)).fetchone()
    said = f"线上 {(online or 0) / 100:g} 学时，实践 {practice / 100:g} 学时"
    reply = TextReply(content=said, message=message).render()
    return Response(crypto.encrypt_message(reply, "n", str(int(time.time()))), mimetype="application/xml")
