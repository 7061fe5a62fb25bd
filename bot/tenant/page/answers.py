"""How the page answers: whole pages, short words for its script, and sorry in Chinese."""

import json
from collections.abc import Awaitable, Callable, Mapping

import aiohttp_jinja2
from aiohttp import web

from bot.tenant.page.forms import Form, NotThere, Wrong, refuse_strange_names, refuse_strangers
from bot.tenant.page.panel import clock_context, panel_context
from bot.tenant.page.phone import is_page, phone_context, phones_of
from bot.tenant.page.state import PLATFORM_NAMES, Notice, Page
from bot.tenant.page.view import Addresses, View

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # A form that is posted without JavaScript must say where it comes from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LIVE = "X-Live"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(page: Page, handler: Handler) -> Handler:
    """Strangers are refused, what is not there or wrong is told, and every answer carries the headers."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            refuse_strange_names(request, page.names)
            if request.method == "POST":
                refuse_strangers(request)
            response = await handler(request)
        except NotThere:
            response = sorry(request, "这里没有你要找的人或消息。", 404)
        except Wrong as wrong:
            response = sorry(request, wrong.sentence, wrong.status)
        if not response.prepared:
            response.headers.update({**SECURITY, **response.headers})
        return response

    return answer


def is_live(request: web.Request) -> bool:
    """Whether the page's script asks, which updates the page itself."""
    return _LIVE in request.headers


def sorry(request: web.Request, sentence: str, status: int) -> web.Response:
    if is_live(request):
        return _json({"notice": sentence, "wrong": True}, status)
    context = {"sentence": sentence, "to": Addresses(request, View())}
    return _page("sorry.html", request, context, status)


def done(request: web.Request, page: Page, form: Form, notice: str = "", draft: str = "") -> web.Response:
    """After a form: a word for the script, or the way back to the page, which shows the sentence once."""
    if is_live(request):
        return _json({"notice": notice, "draft": draft})
    kept = page.notices.keep(Notice(notice, draft, form.text("platform"))) if notice else ""
    return web.Response(status=303, headers={"Location": Addresses(request, form.view).page(notice=kept)})


def front_page(request: web.Request, page: Page, view: View) -> web.Response:
    """Raises NotThere."""
    notice = page.notices.find(request.query.get("notice", ""))
    context = {
        "phones": [phone_context(page, phone) for phone in phones_of(page, view)],
        "notice": notice,
        "instance": page.instance,
        **shared(request, view),
        **panel_context(page, view.panel),
        **clock_context(page),
    }
    return _page("page.html", request, context)


def other_page(
    template: str, request: web.Request, view: View, context: Mapping[str, object]
) -> web.Response:
    return _page(template, request, {**shared(request, view), **context})


def shared(request: web.Request, view: View) -> dict[str, object]:
    """What every template and every fragment needs."""
    return {
        "to": Addresses(request, view),
        "view": view,
        "platform_names": PLATFORM_NAMES,
        "is_page": is_page,
    }


def _page(
    template: str, request: web.Request, context: Mapping[str, object], status: int = 200
) -> web.Response:
    response = aiohttp_jinja2.render_template(template, request, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _json(body: Mapping[str, object], status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/json")
