"""Plays in which data come in, are taken back, and go out."""

from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.imports.reverting import undoing_of
from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Said, SaidKind
from storage import import_reversals, imports_done
from storage.import_tables import import_reversal
from storage.tables import import_run, online_snapshot
from tests.endurance.asking import HOURS, IMPORTED, OFFICE, file_states, hours, import_states, one
from tests.endurance.scene import Scene

_LITTLE = "统计时间：2024年5月20日\n姓名,人员编号,获得学时\n示例甲,T1,20\n示例乙,T2,25\n"


async def importing(scene: Scene) -> None:
    """By a command that may die, then by the same command, beside a bot that serves."""
    await _imports(scene, HOURS)
    assert hours(scene) == IMPORTED


async def beside(scene: Scene) -> None:
    """The command dies beside a bot that goes on serving, and nobody starts anything anew."""
    fault, scene.fault = scene.fault, ""
    counts, scene.counts = scene.counts, False
    await scene.begins()
    scene.counts = counts
    arguments = _import_of(scene, HOURS)
    code, said = scene.command(*arguments, fault=fault)
    scene.deaths += code == -9
    assert code in (0, -9), said
    await scene.until(lambda: import_states(scene) <= {"applied"})
    code, said = scene.command(*arguments)
    assert code == 0, said
    await scene.calms_down()
    assert hours(scene) == IMPORTED


async def little(scene: Scene) -> None:
    """The same of so little that it is one transaction."""
    await _imports(scene, _LITTLE)
    assert hours(scene) == {1: 2000, 2: 2500}


async def discarding(scene: Scene) -> None:
    """What a command had begun to lay down, and died, is thrown away by the next."""
    arguments = _import_of(scene, HOURS)
    assert scene.command(*arguments, fault="STAGED_COMMITTED:1", counts=False)[0] == -9
    await _imports(scene, HOURS)
    assert hours(scene) == IMPORTED


async def exporting(scene: Scene) -> None:
    """By a command that may die: there is a whole file, or the one that was there."""
    fault, scene.fault = scene.fault, ""
    file = scene.town.folder / "验收表.csv"
    file.write_text("上次的", encoding="utf-8")
    code, said = scene.command("export", "acceptance", str(file), fault=fault)
    scene.deaths += code == -9
    assert code in (0, -9), said
    written = file.read_text(encoding="utf-8-sig")
    assert "上次的" in written or all(name in written for name in ("示例甲", "示例乙", "示例丙", "示例丁"))
    code, said = scene.command("export", "acceptance", str(file))
    assert code == 0, said
    await scene.begins()
    await scene.calms_down()


async def _imports(scene: Scene, content: str) -> None:
    fault, scene.fault = scene.fault, ""
    arguments = _import_of(scene, content)
    code, said = scene.command(*arguments, fault=fault)
    scene.deaths += code == -9
    assert code in (0, -9), said
    await scene.begins()
    await scene.until(lambda: import_states(scene) <= {"applied"})
    code, said = scene.command(*arguments)
    assert code == 0, said
    await scene.calms_down()


def _import_of(scene: Scene, content: str) -> tuple[str, ...]:
    file = scene.town.folder / "线上学时.csv"
    file.write_text(content, encoding="utf-8")
    return "import", "online-hours", str(file), "--yes"


async def file(scene: Scene) -> None:
    """A spreadsheet in a chat: fetched, shown, confirmed, applied, and taken back."""
    await scene.begins()
    await _sends(scene)
    await scene.until(lambda: "shown" in file_states(scene))
    await scene.says("T4", "确认")
    await scene.until(lambda: "imported" in file_states(scene))
    assert hours(scene) == IMPORTED
    with scene.town.database.writing() as connection:
        (number,) = connection.scalars(select(import_run.c.id).where(import_run.c.kind == "online-hours"))
        done = imports_done.find(connection, number)
        assert done is not None
        mark = undoing_of(connection, done).mark
        at = SystemClock().real_ms()
        assert import_reversals.ask(connection, number, by=OFFICE, at=at, reason="发错了", mark=mark)
    await scene.until(lambda: one(scene, import_reversal.c.state) == "done")
    await scene.calms_down()
    assert one(scene, select(func.count()).select_from(online_snapshot)) == 5
    with scene.town.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(import_reversal)) == 1


async def refetched(scene: Scene) -> None:
    """The platform does not give a file away at first."""
    scene.town.tenant.faults.switch_on(Fault(call="dingtalk.download", effect=Effect.HTTP_500, left=1))
    await scene.begins()
    await _sends(scene)
    await scene.until(lambda: "shown" in file_states(scene))
    await scene.says("T4", "确认")
    await scene.until(lambda: "imported" in file_states(scene))
    await scene.calms_down()
    assert hours(scene) == IMPORTED


async def _sends(scene: Scene) -> None:
    sent = Said(kind=SaidKind.FILE, file_name="线上学时.csv", content=HOURS.encode())
    await scene.says("T4", sent)
