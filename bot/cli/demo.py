"""`demo`: the bot with the demonstration county and the practice tenant, on this machine only."""

import sys
import threading
import webbrowser
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def demo() -> None:
    """What `make run` starts; runs until SIGTERM or SIGINT. The county is made at the first start."""
    from dataclasses import replace

    from bot.cli.context import open_context
    from bot.cli.examples import chat_examples
    from bot.cli.server import address_of, listen, run_server
    from bot.clock import RehearsalClock
    from bot.demo.directory import directory
    from bot.demo.folder import backed_up_apart
    from bot.demo.groups import bind_groups
    from bot.demo.rehearsal import Rehearsal
    from bot.demo.tenant import MOUNTED_AT, demo_tenant, mount

    settings = demo_settings()
    # First of all, because what the bot sends goes to this very port.
    listener = listen(settings.host, settings.port)
    address = address_of(listener, settings.host)
    settings = demo_settings(tenant=_from_here(address, settings.host) + MOUNTED_AT)
    clock = RehearsalClock(settings.clock_start)
    with open_context(settings, clock=clock, judging=True) as opened:
        context = replace(opened, plan=backed_up_apart(opened.plan))
        examples = chat_examples(context, demo=True)
        rehearsal = Rehearsal(
            clock=clock, plan=context.plan, database=context.database, secret_key=context.secret_key
        )
        groups = directory(context.secret_key).groups.values()
        bind_groups(context.database, groups, settings, at=clock.real_ms())
        tenant = demo_tenant(settings, clock, rehearsal, _from_here(address, settings.host))

        def guide(address: str) -> None:
            page = f"{_from_here(address, settings.host)}{MOUNTED_AT}/"
            print(f"演示县已经开门，程序里的现在是 {clock.now():%Y-%m-%d %H:%M}。")
            print(f"请在浏览器里打开：{page}")
            print("左边是企业微信，右边是钉钉，县里的任何一个人都可以是你。")
            print(_who_can_open_it(settings.host, listener.getsockname()[0]))
            print("也可以在另一个终端里和机器人说话：")
            print("\n".join(examples))
            print("按 Ctrl+C 停止。", flush=True)
            _open(page)

        run_server(context.parts(), listener, extend=lambda app: mount(app, tenant), listening=guide)


def demo_settings(tenant: str | None = None) -> "Settings":
    """Those of the demonstration county, which is made when there is none yet. Raises OperatorFault."""
    from bot.cli.context import operator_settings, rules_of
    from bot.cli.faults import OperatorFault
    from bot.demo.folder import DATABASE, FOLDER, NOWHERE, settings_of

    operator = operator_settings(platforms=False)
    if not FOLDER.exists():
        rules_of(operator)  # a faulty plan is told before anything is made
        print("正在准备演示县（40 个单位、2000 位教师），只在第一次需要几秒钟……", file=sys.stderr, flush=True)
        from bot.demo.prepare import prepare

        try:
            prepare(FOLDER, operator)
        except OSError as error:
            raise OperatorFault(
                f"演示数据写不进 {FOLDER}（{error.strerror}），请检查权限和磁盘空间"
            ) from None
    try:
        settings = settings_of(FOLDER, operator, tenant or NOWHERE)
    except PermissionError:
        raise OperatorFault(
            f"没有权限读 {FOLDER}，请用准备它的那个用户运行，或者删掉它，会重新准备演示县"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise OperatorFault(
            f"{FOLDER} 里的 tokens.json 读不出来，请删掉 {FOLDER} 再运行，会重新准备演示县"
        ) from None
    if not (FOLDER / DATABASE).exists():
        # An empty one would be made, and the bot would know nobody.
        raise OperatorFault(f"{FOLDER} 里的 {DATABASE} 不见了，请删掉 {FOLDER} 再运行，会重新准备演示县")
    return settings


def _from_here(address: str, host: str) -> str:
    """Where this machine reaches a server that listens everywhere."""
    return address.replace(host, "127.0.0.1") if host == "0.0.0.0" else address.replace("[::]", "[::1]")  # noqa: S104


def _who_can_open_it(host: str, listening_at: str) -> str:
    if ip_address(listening_at).is_loopback:
        return "只有这台电脑打得开这个页面。"
    return f"注意：BOT_HOST 是 {host}，同一网络里的人都打得开这个页面，能以演示县里任何人的身份说话。"


def _open(page: str) -> None:
    """In a browser with windows, if somebody sits here; one that would take over the terminal is left alone."""
    if not sys.stdout.isatty():
        return
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    # GenericBrowser itself stands for the text browsers; the graphical ones are its heirs.
    if type(browser) is not webbrowser.GenericBrowser:
        threading.Thread(target=browser.open, args=(page,), daemon=True).start()
