"""What the page does when something is posted: people act, faults and switches change, the clock moves."""

import asyncio
from datetime import datetime, timedelta

from aiohttp import web

from bot.clock import SHANGHAI
from bot.tenant.page.answers import done, is_live
from bot.tenant.page.forms import Form, NotThere, Wrong, read_form
from bot.tenant.page.panel import choose, deed_named, own_fault, platforms_in, why_never
from bot.tenant.page.presets import CLOCKS, faults_of, preset_named, told
from bot.tenant.page.samples import KINDS, SPREADSHEET, sample, spreadsheet
from bot.tenant.page.signals import Signal, Topic
from bot.tenant.page.state import Page
from bot.tenant.tenant import Said, SaidKind
from bot.tenant.transcript import Button, Does

_LONGEST_TEXT = 5000
_LONGEST_CALL = 100
_PATIENCE = 1.5  # seconds that a browser without JavaScript waits for the answer, to see it at once
_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_YEARS = range(2000, 2100)
_OUT_OF_RANGE = "请选 2000 年到 2099 年之间的时间。"
_BACK = "时间拨回去了：已经发生的事不会消失，只是日期按新的算。"


class Actions:
    """The handlers of the page's forms."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def say(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        side, member, chat = form.chat()
        said = _said(self._page, form)
        task = self._page.sending.say(member, chat, side.says(member, chat, said))
        return await self._soon(request, form, task)

    async def press(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        side, member, chat = form.chat()
        shown = form.shown(chat)
        button = _button(form, (*shown.drawn.buttons, *shown.drawn.links))
        if button.does is Does.SAY:
            said = Said(text=button.value, tapped=True)
            task = self._page.sending.say(member, chat, side.says(member, chat, said))
        else:
            chosen = dict(form.several("choice."))
            task = self._page.sending.do(chat, side.presses(member, shown, button.value, chosen))
        return await self._soon(request, form, task)

    async def repeat(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        side, member, chat = form.chat()
        shown = form.shown(chat)
        if shown.author.member != member.key:
            raise NotThere
        return await self._soon(request, form, self._page.sending.do(chat, side.repeats(shown)))

    async def join(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        side, member, chat = form.chat()
        return await self._soon(request, form, self._page.sending.do(chat, side.joins(member)))

    async def code(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        member = form.member()
        if self._page.programme is None:
            raise NotThere
        try:
            code = await asyncio.to_thread(self._page.programme.binding_code, member.key)
        except LookupError as none:
            return done(request, self._page, form, str(none.args[0]) if none.args else "现在领不到绑定码。")
        draft = f"绑定 {member.name} {code}"
        return done(request, self._page, form, f"绑定码领好了，发送“{draft}”就行。", draft)

    async def preset(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        preset = preset_named(form.text("preset"))
        platforms = platforms_in(form.text("scope"))
        if preset is None or not platforms:
            raise NotThere
        left = form.number("times") if form.text("times") else None
        here = self._page.tenant.installation
        faults = [
            fault for p in platforms for fault in faults_of(preset, self._page.sides[p], here, left or None)
        ]
        if not faults:
            raise Wrong("这里没有这个故障能碰到的请求。")
        for fault in faults:
            self._page.tenant.faults.switch_on(fault)
        return self._changed(request, form, Topic.FAULTS, f"打开了：{preset.title}")

    async def fault(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        call = form.text("call").strip()[:_LONGEST_CALL]
        if not call:
            raise Wrong("请先选一个请求。")
        numbers = {name: form.text(name).strip() for name in ("seconds", "times", "code")}
        fault = own_fault(call, form.text("effect"), numbers, form.text("target").strip())
        if fault is None:
            raise Wrong("秒数要在 0 到 600 之间，次数要在 1 到 1000 之间。")
        if reason := why_never(self._page, call, fault.effect):
            raise Wrong(reason)
        self._page.tenant.faults.switch_on(fault)
        return self._changed(request, form, Topic.FAULTS, f"打开了：{call} {told(fault)}")

    async def mend(self, request: web.Request) -> web.Response:
        """One fault, or all of them."""
        form = await read_form(request, self._page)
        if form.text("number") == "all":
            self._page.tenant.faults.clear()
            return self._changed(request, form, Topic.FAULTS, "故障都关掉了。")
        self._page.tenant.faults.switch_off(form.number("number"))
        return self._changed(request, form, Topic.FAULTS, "关掉了。")

    async def skew(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        for name, label, minutes in CLOCKS:
            if name == form.text("skew"):
                self._page.tenant.clock.skew_ms = minutes * 60_000
                return self._changed(request, form, Topic.FAULTS, f"平台的钟：{label}。")
        raise NotThere

    async def deed(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        deed = deed_named(self._page, form.text("deed"))
        if deed is None:
            raise NotThere
        return self._changed(request, form, Topic.FAULTS, await deed.do())

    async def switch(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        sentence = choose(self._page.tenant.switches, form.text("switch"), form.number("choice"))
        if sentence is None:
            raise NotThere
        return self._changed(request, form, Topic.SWITCHES, sentence)

    async def clock(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._page)
        programme = self._page.programme
        if programme is None:
            raise NotThere
        before = programme.now()
        moment = _moment(form, before)
        programme.move_to(moment)
        sentence = f"现在是 {moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}。"
        return self._changed(request, form, Topic.CLOCK, sentence + (_BACK if moment < before else ""))

    def _changed(self, request: web.Request, form: Form, topic: Topic, notice: str) -> web.Response:
        self._page.signals.tell(Signal(topic))
        return done(request, self._page, form, notice)

    async def _soon(self, request: web.Request, form: Form, task: asyncio.Task[None]) -> web.Response:
        if not is_live(request):
            await asyncio.wait({task}, timeout=_PATIENCE)
        return done(request, self._page, form)


def _said(page: Page, form: Form) -> Said:
    kind, text = form.text("kind") or SaidKind.TEXT, form.text("text").replace("\r\n", "\n").strip()
    to_bot = bool(form.text("to_bot"))
    if len(text) > _LONGEST_TEXT:
        raise Wrong(f"一次最多发 {_LONGEST_TEXT} 个字，请分几次发送。")
    if kind == SPREADSHEET:
        day = page.today()
        people = (one for one in page.tenant.directory.members.values() if one.unit)
        return spreadsheet(people, day, to_bot=to_bot)
    if kind in KINDS:
        return sample(SaidKind(kind), text, to_bot=to_bot)
    if not text:
        raise Wrong("先写一句话，再发送。")
    return Said(text=text, to_bot=to_bot)


def _button(form: Form, buttons: tuple[Button, ...]) -> Button:
    for button in buttons:
        if button.value == form.text("key") and button.does is not Does.OPEN:
            if button.spent:
                raise Wrong("这个按钮已经点过了。")
            return button
    # The card was redrawn after this page had shown it.
    raise Wrong("这个按钮已经不在了，请看最新的消息。")


def _moment(form: Form, now: datetime) -> datetime:
    if step := _STEPS.get(form.text("step")):
        moment = now + step
    else:
        try:
            chosen = datetime.fromisoformat(form.text("moment"))
            moment = chosen.replace(tzinfo=SHANGHAI) if chosen.tzinfo is None else chosen.astimezone(SHANGHAI)
        except ValueError:
            raise Wrong("请选一个日期和时间。") from None
        except OverflowError:
            raise Wrong(_OUT_OF_RANGE) from None
    if moment.year not in _YEARS:
        raise Wrong(_OUT_OF_RANGE)
    return moment
