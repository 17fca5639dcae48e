"""One register as declared: columns, code lists, spells, years and what its rows cover.

Belongs here: the typed layout and what is read off it (years, columns of a year, weeks, SQL of a code list).
Does not belong here: reading TOML (`register_layouts`), reading register files, or any harmonised table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.declarations.corrections import Correction

COLUMN_TYPES = ("pnr", "digits", "text", "date", "integer", "decimal")
ROW_KINDS = ("person_year", "event", "spell", "weeks")
MISSING_END_RULES = ("ongoing", "closed_at_year_end")
CODE_LIST_STATUSES = ("official", "sample", "assumed")
NO_EXCEPTIONS: tuple[CoverException, ...] = ()


@dataclass(frozen=True)
class ZeroPad:
    """A declared correction: lost leading zeros are put back.

    Attributes
    ----------
    digits : int
        Width after padding; values one shorter are padded.
    at_most_share : float
        More rows than this share to correct is a new fault, refused.
    expected_in_rows : int
        In a register of at least this many rows, no row to correct means that the source is mended: refused,
        so that the correction is deleted.
    """

    digits: int
    at_most_share: float
    expected_in_rows: int


@dataclass(frozen=True)
class FormerName:
    """The name a column had in some year files."""

    name: str
    first_year: int
    last_year: int


@dataclass(frozen=True)
class CodeList:
    """A column's codes and the harmonised kinds they mean.

    Attributes
    ----------
    name : str
        Name of the harmonised attribute.
    kinds : mapping of str to tuple of str
        Kind to its codes, as text.
    no_kind : tuple of str
        Codes that may occur and mean none of the kinds.
    first_characters : int or None
        Only so many leading characters of the code are listed.
    no_row : str or None
        Kind of a person-year without a row.
    status : str
        `official`, `sample` (the sample's own, to be replaced by the official format file) or `assumed`.
    """

    name: str
    kinds: Mapping[str, tuple[str, ...]]
    no_kind: tuple[str, ...] = ()
    first_characters: int | None = None
    no_row: str | None = None
    status: str = "sample"

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that may occur."""
        return tuple(code for codes in self.kinds.values() for code in codes) + self.no_kind

    @property
    def enumeration(self) -> str:
        """The DuckDB type of its kinds: as the same texts in every order, and sorted in half the time."""
        return f"ENUM({quote_all(tuple(sorted(self.list_kinds())))})"

    def kind_sql(self, column: str) -> str:
        """Return a DuckDB CASE from a code column to its kind; NULL for codes without a kind."""
        value = f"CAST({column} AS VARCHAR)"
        if self.first_characters is not None:
            value = f"left({value}, {self.first_characters})"
        cases = [f"WHEN {value} IN ({quote_all(codes)}) THEN '{kind}'" for kind, codes in self.kinds.items()]
        return f"CASE {' '.join(cases)} END"

    def list_kinds(self) -> list[str]:
        """Return the kinds in their order, that of a person without a row among them."""
        return list(dict.fromkeys([*self.kinds, *([self.no_row] if self.no_row else [])]))

    def position_by_code(self) -> dict[int, int]:
        """Return, for codes that are whole numbers, the position of each code's kind in `list_kinds`."""
        kinds = self.list_kinds()
        return {int(code): kinds.index(kind) for kind, codes in self.kinds.items() for code in codes}


@dataclass(frozen=True)
class Column:
    """One column: type, whether it may be empty, and the values it may hold.

    `codes` are the allowed values as text, of which `first_characters` leading characters are compared (all
    when None); `pattern` is a regular expression the whole value must match. Types `pnr` and `digits` are digits
    delivered as text and read as whole numbers. A column that is not `is_read` is checked, and left in the delivery.
    """

    name: str
    type: str
    is_nullable: bool = False
    codes: tuple[str, ...] = ()
    first_characters: int | None = None
    pattern: str | None = None
    zero_pad: ZeroPad | None = None
    former_name: FormerName | None = None
    is_read: bool = True

    @property
    def most_digits(self) -> int | None:
        """How many digits its longest value has; None where that is not declared."""
        if self.zero_pad:
            return self.zero_pad.digits
        if self.codes and self.first_characters is None:
            return max(len(code) for code in self.codes)
        return None

    def name_in(self, year: int | None) -> str:
        """Return the name the column has in the file of a year."""
        former = self.former_name
        if former and year is not None and former.first_year <= year <= former.last_year:
            return former.name
        return self.name


@dataclass(frozen=True)
class Spell:
    """How a register's spells become days.

    Attributes
    ----------
    start, end : str
        Date columns.
    counts_end_day : bool
        Both ends counted; otherwise nights, at least one.
    missing_end : str
        `ongoing` to the last day of the register's last year, or `closed_at_year_end` of the start year.
    merges_courses : bool
        Rows at most `course_gap_days` (method.toml) apart are one course, with the days between.
    """

    start: str
    end: str
    counts_end_day: bool
    missing_end: str
    merges_courses: bool = False


@dataclass(frozen=True)
class PersonThrough:
    """Where a register without person numbers finds them: a column of another register's same-year file."""

    register: str
    column: str


@dataclass(frozen=True)
class UntilDeath:
    """Where a register with a column a week finds the death dates that end a person's weeks."""

    register: str
    column: str


@dataclass(frozen=True)
class CoverException:
    """Municipalities not covered in a year, and why."""

    year: int
    municipalities: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Cover:
    """Which events a register covers, in which full calendar years, and where not.

    Attributes
    ----------
    events : str
        Event table.
    attribute : str or None
        Attribute limited to `values`; None when the register covers every row of the table.
    first_year, last_year : int
        Comparable full calendar years.
    look_back_from : int
        First year delivered well enough to look back for earlier membership.
    needs : tuple of str
        Other registers that must be there in a year too.
    """

    events: str
    attribute: str | None
    values: tuple[str, ...]
    first_year: int
    last_year: int
    look_back_from: int
    needs: tuple[str, ...] = ()
    exceptions: tuple[CoverException, ...] = NO_EXCEPTIONS


@dataclass(frozen=True)
class RegisterLayout:
    """One register of a delivery.

    Attributes
    ----------
    name, name_da, name_en : str
    rows : str
        `person_year`, `event`, `spell` or `weeks` (one column a week).
    columns : mapping of str to Column
        By newest name; week columns are made by `week_columns`.
    years : tuple of int
        Years with a file; empty when the register is one file.
    missing_years : tuple of int
        Years declared missing from the delivery.
    empty_years : tuple of int
        Years whose file may be without rows (the sample: nobody dies or moves in its first year).
    key : tuple of str
        Columns that are unique in a file; empty when exact duplicates are tolerated.
    corrections : tuple of Correction
        Known errors of its rows, mended when it is read (`corrections.toml`).
    """

    name: str
    name_da: str
    name_en: str
    rows: str
    columns: Mapping[str, Column]
    first_year: int
    last_year: int
    missing_years: tuple[int, ...] = ()
    empty_years: tuple[int, ...] = ()
    is_one_file: bool = False
    key: tuple[str, ...] = ()
    person_through: PersonThrough | None = None
    until_death: UntilDeath | None = None
    spell: Spell | None = None
    week: Column | None = None
    code_lists: Mapping[str, CodeList] = field(default_factory=lambda: MappingProxyType({}))
    covers: tuple[Cover, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    quirks: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """Years with a file of their own."""
        if self.is_one_file:
            return ()
        every = range(self.first_year, self.last_year + 1)
        return tuple(year for year in every if year not in self.missing_years)

    @property
    def week_columns(self) -> dict[int, tuple[str, ...]]:
        """Calendar year to its week columns `y_YYWW`, week 53 where the ISO year has one."""
        if self.week is None:
            return {}
        return {year: _name_weeks(year) for year in range(self.first_year, self.last_year + 1)}

    @property
    def reads_of(self) -> tuple[str, ...]:
        """Other registers whose delivered files are read with this one."""
        return tuple(other.register for other in (self.person_through, self.until_death) if other is not None)

    @property
    def last_day(self) -> date:
        """The last day the register reaches."""
        return date(self.last_year, 12, 31)

    def columns_in(self, year: int | None) -> dict[str, Column]:
        """Return the columns by the name they have in the file of a year."""
        columns = {column.name_in(year): column for column in self.columns.values()}
        for names in self.week_columns.values():
            columns |= dict.fromkeys(names, self.week)
        return columns

    def is_delivered(self, year: int) -> bool:
        """Return whether the delivery holds the year."""
        return self.first_year <= year <= self.last_year and year not in self.missing_years


@dataclass(frozen=True)
class RegisterLayouts:
    """Every register of a delivery, and what holds for all of them.

    Attributes
    ----------
    registers : mapping of str to RegisterLayout
    first_year, last_year : int
        Calendar years of the delivery.
    tolerated_rows : int
        Rows of a quirk tolerated in a register however few rows it has.
    pnr_digits, pnr_repaired_digits : int
        Length of a person number, and the length that is repaired by a leading zero.
    pnr_repaired_at_most_share, end_before_start_tolerated_share, unmatched_contact_tolerated_share : float
        Shares of rows above which a quirk is a fault.
    """

    registers: Mapping[str, RegisterLayout]
    first_year: int
    last_year: int
    tolerated_rows: int = 0
    pnr_digits: int = 12
    pnr_repaired_digits: int = 11
    pnr_repaired_at_most_share: float = 0.02
    end_before_start_tolerated_share: float = 0.01
    unmatched_contact_tolerated_share: float = 0.02

    def __getitem__(self, name: str) -> RegisterLayout:
        """Return the layout of a register."""
        return self.registers[name]


def quote_all(words: tuple[str, ...]) -> str:
    """Return words as SQL texts, comma between."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def _name_weeks(year: int) -> tuple[str, ...]:
    n_weeks = date(year, 12, 28).isocalendar().week
    return tuple(f"y_{year % 100:02d}{week:02d}" for week in range(1, n_weeks + 1))
