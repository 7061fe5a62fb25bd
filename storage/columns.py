"""What every table is made of: the names of constraints, ids, references."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

# SQLite gives out rowids only for INTEGER PRIMARY KEY, PostgreSQL should not run out at 2**31.
ID = BigInteger().with_variant(Integer, "sqlite")


def own_id() -> Column[int]:
    return Column("id", ID, primary_key=True, autoincrement=True)


def reference(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, ID, ForeignKey(target), nullable=nullable, index=index)
