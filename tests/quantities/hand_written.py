"""Registers of a few persons as stage 1 gives them, and the tables of stage 2 built from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipeline.declarations.method import load_method
from pipeline.declarations.register_layouts import REGISTERS_FOLDER, load_register_layouts
from pipeline.quantities.backgrounds import keep_backgrounds
from pipeline.quantities.leaf_tables import LeafTables, TableCounts
from pipeline.quantities.persons import build_person_exits, build_person_years
from pipeline.registers.leaves import ALL_LEAVES, LeafRange, leaf_sql
from pipeline.registers.read_register import read_register

LAYOUTS = load_register_layouts()
METHOD = load_method(REGISTERS_FOLDER.parent / "method.toml")
ANNA, BENT, CARL = 1, 2, 3
POLARS_TYPES = {
    "pnr": pl.Int64, "digits": pl.Int64, "text": pl.String, "date": pl.Date, "integer": pl.Int32, "decimal": pl.Float64,
}  # fmt: skip


def day(text: str) -> date:
    return date.fromisoformat(text)


class HandWritten:
    """Put rows into registers, then build tables: what is not put is empty."""

    def __init__(self, folder: Path, leaves: LeafRange = ALL_LEAVES) -> None:
        self.con = duckdb.connect()
        self.con.execute("SET threads = 2")
        self.tables = LeafTables(self.con, folder / "stage_1", folder / "stage_2", LAYOUTS, METHOD, leaves)
        self.root = folder / "delivery"
        self.deaths: list[dict] = []
        for register in LAYOUTS.registers:
            self.put(register)

    def put(self, register: str, *rows: dict) -> None:
        """Write a register: dates as texts, `pnr` of the first person unless given; deaths before weeks."""
        layout = LAYOUTS[register]
        if register == "dod":
            self.deaths = list(rows)
        if register == "dream":
            self._read_weeks(rows)
            return
        schema = {"pnr": pl.Int64, "file_year": pl.Int16}
        schema |= {
            name: POLARS_TYPES[column.type] for name, column in layout.columns.items() if column.is_read
        }
        filled = [
            {"pnr": ANNA}
            | {name: self._read(schema[name], value) for name, value in row.items() if name in schema}
            for row in rows
        ]
        frame = pl.DataFrame(filled, schema=schema)
        path = self.tables.stage_1 / register / ALL_LEAVES.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.con.register("rows", frame.to_arrow())
        self.con.execute(
            f"COPY (SELECT {leaf_sql()} AS leaf, * FROM rows ORDER BY leaf) TO '{path}' (FORMAT parquet)"
        )
        self.con.unregister("rows")

    @staticmethod
    def _read(kind: pl.DataType, value: object) -> object:
        if isinstance(value, str) and kind in (pl.Date, pl.Int64):
            return day(value) if kind == pl.Date else int(value)
        return value

    def _read_weeks(self, rows: tuple[dict, ...]) -> None:
        """Deliver week columns and deaths, and read them as stage 1 does."""
        weeks = [week for names in LAYOUTS["dream"].week_columns.values() for week in names]
        given = [{"pnr": ANNA} | row for row in rows]
        dream = {
            "pnr": pl.Series([f"{row['pnr']:012d}" for row in given], dtype=pl.String),
            **{
                week: pl.Series([str(row[week]) if week in row else None for row in given], dtype=pl.String)
                for week in weeks
            },
        }
        dead = {
            "pnr": pl.Series([f"{row.get('pnr', ANNA):012d}" for row in self.deaths], dtype=pl.String),
            "doddato": pl.Series([day(row["doddato"]) for row in self.deaths], dtype=pl.Date),
        }
        for register in ("dream", "dod"):
            (self.root / register).mkdir(parents=True, exist_ok=True)
        pl.DataFrame(dream).write_parquet(self.root / "dream" / "dream.parquet")
        for year in LAYOUTS["dod"].years:
            in_file = pl.DataFrame(dead).filter(pl.col("doddato").dt.year() == year)
            in_file.write_parquet(self.root / "dod" / f"{year}.parquet")
        read_register(self.con, self.root, LAYOUTS, "dream", self.tables.stage_1)

    def build(self, function: Callable[[LeafTables], TableCounts], persons: bool = True) -> TableCounts:
        if persons:
            build_person_exits(self.tables)
            self.build_persons()
        return function(self.tables)

    def build_persons(self) -> TableCounts:
        keep_backgrounds(self.tables)
        return build_person_years(self.tables)

    def rows(self, table: str, *columns: str) -> list[tuple]:
        listed = ", ".join(columns)
        path = self.tables.stage_2 / table
        return self.con.execute(f"SELECT {listed} FROM '{path}/*.parquet' ORDER BY ALL").fetchall()


def resident(
    pnr: int = ANNA, years: range = range(2003, 2023), born: str = "1980-05-05", **values: object
) -> list[dict]:
    """Rows of bef for a person who lives in Copenhagen."""
    return [
        {"pnr": pnr, "file_year": year, "foed_dato": born, "koen": 1, "kom": 101, "ie_type": 1} | values
        for year in years
    ]
