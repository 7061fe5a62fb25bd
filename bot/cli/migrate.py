"""`migrate`: brings the database to the schema that this program wants."""


def migrate() -> None:
    """Prints from where to where, and the backup that was made."""
    from sqlalchemy.exc import DBAPIError

    from bot.cli.context import open_database, operator_settings, out_of_reach
    from bot.cli.faults import OperatorFault
    from storage import schema

    database = open_database(operator_settings())
    try:
        before, backup = schema.migrate(database)
    except schema.SchemaFault as fault:
        raise OperatorFault(str(fault)) from None
    except DBAPIError as error:
        raise out_of_reach(database, error) from error
    finally:
        database.close()
    if before == schema.HEAD:
        print(f"数据库结构已经是 {schema.HEAD}，不用升级。")
        return
    print(f"数据库结构：{before or '空的'} → {schema.HEAD}。")
    if backup is not None:
        print(f"升级前的备份：{backup}")
