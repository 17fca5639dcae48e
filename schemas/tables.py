"""The model of a table: its columns, key and what may be missing.

Belongs here: the shape of a table model and finding one by name. Does not belong here: the tables themselves
(`release_tables`, `intermediate_tables`) or what is generated from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from schemas.vocabulary import Column, find_column


@dataclass(frozen=True)
class Table:
    """What a table looks like.

    Attributes
    ----------
    name : str
        Name of the asset, the Parquet file and the database table.
    da, en : str
        What a row is, in Danish and English.
    key : tuple of str
        The columns that together name a row; one of them may be nullable, and a null counts as a value.
    required : tuple of str
        The columns a frame must have.
    optional : tuple of str
        The columns a frame may lack; a release writes them as null.
    nullable : frozenset of str
        The columns where null is allowed; every optional column is among them.
    references : dict of str to str
        Column to the table whose key it is.
    is_release : bool
        Whether the table is published.
    is_audit : bool
        Whether the table says where numbers come from; no calculation needs it.
    """

    name: str
    da: str
    en: str
    key: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    nullable: frozenset[str]
    references: dict[str, str]
    is_release: bool = False
    is_audit: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in the order of the table."""
        return tuple(find_column(self.name, name) for name in self.required + self.optional)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The name of every column, in the order of the table."""
        return self.required + self.optional

    @property
    def has_csv(self) -> bool:
        """Whether the table can be a CSV file: no column is a list."""
        return not any(column.is_list for column in self.columns)

    @property
    def has_strict_key(self) -> bool:
        """Whether no part of the key can be null, so that it can be a primary key."""
        return not any(name in self.nullable for name in self.key)


def define_table(
    name: str,
    *,
    da: str,
    en: str,
    key: str,
    columns: str,
    references: dict[str, str] | None = None,
    is_release: bool = False,
    is_audit: bool = False,
) -> Table:
    """Define a table from its column list as text.

    Parameters
    ----------
    name, da, en : str
        Name and what a row is.
    key : str
        Names of the key columns, separated by spaces.
    columns : str
        Names of all columns, separated by spaces: `name` is never null, `name?` may be null,
        `name??` may be null and may be absent from a frame.
    references : dict of str to str, optional
        Column to the table whose key it is.
    is_release, is_audit : bool
        See `Table`.

    Examples
    --------
    >>> define_table("price_index", da="…", en="…", key="year", columns="year index source").required
    ('year', 'index', 'source')
    """
    words = columns.split()
    return Table(
        name=name,
        da=da,
        en=en,
        key=tuple(key.split()),
        required=tuple(word.rstrip("?") for word in words if not word.endswith("??")),
        optional=tuple(word.rstrip("?") for word in words if word.endswith("??")),
        nullable=frozenset(word.rstrip("?") for word in words if word.endswith("?")),
        references=references or {},
        is_release=is_release,
        is_audit=is_audit,
    )
