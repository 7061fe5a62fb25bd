"""What nearly every command stands on: settings, plan, points, clock and a database with the right schema."""

import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy.exc import DBAPIError

from bot.cli.faults import OperatorFault
from bot.clock import Clock, SystemClock
from bot.journal import journal_folder
from bot.logs import configure_logs
from bot.plan_change import bring_into_force
from bot.plan_file import PlanFault, load_plan
from bot.points_file import PointsFault, load_catalogue
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.settings import Settings, SettingsFault, read_settings
from storage.database import Database, Unreachable, is_outage
from storage.identifiers import Identifiers, SecretKeyFault
from storage.schema import HEAD, SchemaFault, migrate, refuse_encoding, refuse_newer, revision

if TYPE_CHECKING:
    from bot.app import Parts

NO_KEY = "BOT_SECRET_KEY：缺少，至少要 32 个字符；可以这样生成：python -c 'import secrets; print(secrets.token_hex(32))'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Opened by `open_context`; as a context manager it closes the database and names its outages."""

    settings: Settings
    database: Database
    plan: Plan
    catalogue: Catalogue
    clock: Clock

    @property
    def secret_key(self) -> str:
        """Empty when none is set."""
        key = self.settings.secret_key
        return "" if key is None else key.get_secret_value()

    @property
    def now_ms(self) -> int:
        """The programme's clock as the database keeps instants."""
        return int(self.clock.now().timestamp() * 1000)

    @property
    def journal_folder(self) -> Path:
        """Where messages wait that were acknowledged before the database could take them."""
        return journal_folder(self.database.url)

    def parts(self) -> "Parts":
        """What the bot is put together from."""
        from bot.app import Parts

        return Parts(
            settings=self.settings,
            database=self.database,
            plan=self.plan,
            catalogue=self.catalogue,
            clock=self.clock,
            journal_folder=self.journal_folder,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.database.close()
        if isinstance(error, DBAPIError) and (is_outage(error) or refusal(self.database, error)):
            raise out_of_reach(self.database, error) from error


def open_context(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    quiet: bool = True,
    needs_key: bool = False,
    judging: bool = False,
) -> Context:
    """Raises OperatorFault with everything that is wrong. `clock`: another than that of the settings.

    SQLite is migrated on the way; PostgreSQL with an older or no schema is refused. `quiet` leaves the
    informative lines of the log to `serve`. `judging`: whoever was judged by another plan is judged anew.
    """
    settings = operator_settings() if settings is None else settings
    level = "warning" if quiet and settings.log_level == "info" else settings.log_level
    configure_logs(level, settings.log_format)
    if needs_key and settings.secret_key is None:
        raise OperatorFault(NO_KEY)
    plan, catalogue = rules_of(settings)
    database = open_database(settings)
    try:
        prepare_schema(database)
        _check_key(database, settings)
    except OperatorFault:
        database.close()
        raise
    context = Context(
        settings=settings,
        database=database,
        plan=plan,
        catalogue=catalogue,
        clock=clock or SystemClock(settings.clock_start),
    )
    if judging:
        try:
            judged = bring_into_force(database, plan, catalogue, context.now_ms)
        except DBAPIError as error:
            database.close()
            raise out_of_reach(database, error) from None
        if judged:
            print(f"方案有变化，已按新方案重新计算 {judged} 人。", file=sys.stderr)
    return context


def operator_settings(*, platforms: bool = True) -> Settings:
    """`platforms`: as `read_settings` has it. Raises OperatorFault."""
    try:
        return read_settings(platforms=platforms)
    except SettingsFault as fault:
        raise OperatorFault(*fault.faults) from None


def rules_of(settings: Settings) -> tuple[Plan, Catalogue]:
    """The plan and the points. Raises OperatorFault."""
    try:
        plan = load_plan(settings.plan)
        return plan, catalogue_of(plan)
    except (PlanFault, PointsFault) as fault:
        raise OperatorFault(*fault.faults) from None


def catalogue_of(plan: Plan) -> Catalogue:
    """Raises PointsFault."""
    return load_catalogue(Path(plan.points_file) if plan.points_file else None)


def open_database(settings: Settings) -> Database:
    """The database, not yet connected to. Raises OperatorFault."""
    try:
        return Database(settings.database_url)
    except Unreachable as fault:
        raise OperatorFault(f"BOT_DATABASE_URL：{fault}") from None
    except OSError as error:
        raise OperatorFault(f"数据库文件所在的目录建不了（{error.strerror}），请检查路径和权限") from None


def prepare_schema(database: Database) -> None:
    """Brings SQLite to HEAD; refuses what PostgreSQL must be asked for. Raises OperatorFault."""
    try:
        if database.is_sqlite:
            migrate(database)
            return
        with database.reading() as connection:
            refuse_encoding(connection)
            found = revision(connection)
        refuse_newer(found)
    except SchemaFault as fault:
        raise OperatorFault(str(fault)) from None
    except DBAPIError as error:
        raise out_of_reach(database, error) from error
    if found != HEAD:
        raise OperatorFault(
            f"数据库结构是{'空的' if found is None else f' {found}'}，程序要的是 {HEAD}，请先运行 python -m bot migrate"
        )


def _check_key(database: Database, settings: Settings) -> None:
    """Under another key nobody's number or code would be found again. Raises OperatorFault."""
    if settings.secret_key is None:
        return
    try:
        with database.reading() as connection:
            Identifiers(settings.secret_key.get_secret_value()).check(connection)
    except SecretKeyFault as fault:
        raise OperatorFault(str(fault)) from None
    except DBAPIError as error:
        raise out_of_reach(database, error) from error


# What PostgreSQL says to somebody whom it has let in.
_REFUSED = {
    "42501": "数据库用户在 {address} 里的权限不够，请让它成为这个库的所有者",
    "53100": "数据库 {address} 的磁盘满了，请在数据库的服务器上腾出空间",
    "25006": "数据库 {address} 现在只能读，请检查它是不是变成了备机",
}


def out_of_reach(database: Database, error: DBAPIError) -> OperatorFault:
    if database.is_sqlite:
        return OperatorFault(
            f"打不开数据库文件 {database.address}，请检查路径、权限和磁盘空间，或等别的程序用完再试"
        )
    refused = refusal(database, error)
    if refused:
        return OperatorFault(refused)
    state = getattr(error.orig, "sqlstate", None)
    if state is not None and not is_outage(error):
        return OperatorFault(f"数据库 {database.address} 没有照做（SQLSTATE {state}），请看数据库的日志")
    return OperatorFault(
        f"连不上数据库 {database.address}，请检查 BOT_DATABASE_URL 里的地址、库名、用户和密码，以及数据库是否在运行"
    )


def refusal(database: Database, error: DBAPIError) -> str:
    """What has to be mended in a PostgreSQL that can be reached; "" = it is something else."""
    state = getattr(error.orig, "sqlstate", None)
    return _REFUSED.get(state or "", "").format(address=database.address)
