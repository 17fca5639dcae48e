"""Putting a passport together from the files of a release: its database and its manifest, nothing else.

Belongs here: which rows belong to a number. Does not belong here: the words (`tell_passport`), making the tables
(`tabulate_passports`). No register and no declaration loader is needed, so that any release can be explained.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from pipeline.declarations.problems import InputError, Problem, Problems
from pipeline.passports.passport import DeclarationRead, EventsCovered, Passport, RegisterRead, Row
from pipeline.release.versions import MANIFEST

NEEDED = ("passports", "passport_sources", "coverage", "price_figures", "corrections", "declaration_history")

_YEARS = """
    SELECT p.relative_year, e.mean_success, e.mean_others, e.raw_difference, e.adjustment, e.adjusted_difference,
        e.standard_error, e.p_value, e.is_significant, e.status,
        max(p.value) FILTER (p.view = 'soem_classic') AS soem_classic,
        max(p.status) FILTER (p.view = 'soem_classic') AS soem_classic_status,
        max(p.value) FILTER (p.view = 'all_estimates') AS all_estimates,
        max(p.status) FILTER (p.view = 'all_estimates') AS all_estimates_status
    FROM profiles AS p LEFT JOIN estimates AS e USING (target_group, consequence, relative_year)
    WHERE target_group = $group AND consequence = $consequence GROUP BY ALL ORDER BY relative_year"""
_WEIGHTS = """
    SELECT w.view, w.from_relative_year, w.weight, e.adjusted_difference
    FROM profile_weights AS w JOIN estimates AS e ON e.target_group = w.target_group
        AND e.consequence = w.consequence AND e.relative_year = w.from_relative_year
    WHERE w.target_group = $group AND w.consequence = $consequence AND w.relative_year = $year ORDER BY ALL"""
_ATTRITION = """
    SELECT * EXCLUDE (target_group) FROM attrition WHERE target_group = $group AND (relative_year IS NULL OR
        relative_year = $year AND (event_table IS NULL OR event_table = $events))
    ORDER BY step, reason = 'remaining' DESC, reason"""


class PassportReader:
    """Reads the passports of one release.

    Parameters
    ----------
    release : Path
        Folder of a release.

    Raises
    ------
    InputError
        When the folder is no release, or one from before there were passports.

    Examples
    --------
    >>> reader = PassportReader(Path("outputs/releases/2026.1-sample"))  # doctest: +SKIP
    >>> reader.read("homeless/cash_benefit/3").estimate["n_success"]  # doctest: +SKIP
    4335
    """

    def __init__(self, release: Path) -> None:
        self.folder = release
        self.manifest = _read_manifest(release)
        self._con = duckdb.connect(str(release / "knowledge.duckdb"), read_only=True)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The name of every number, in the order of the table."""
        return tuple(name for (name,) in self._con.sql("SELECT number_id FROM passports").fetchall())

    def read(self, number_id: str) -> Passport:
        """Read one passport.

        Parameters
        ----------
        number_id : str
            As `homeless/cash_benefit/3` or `price/cash_benefit/state/2022`.

        Raises
        ------
        InputError
            When no number has that name, with the nearest names.
        """
        entry = self._find("SELECT * FROM passports WHERE number_id = $id", id=number_id)
        if entry is None:
            raise InputError("No such number", [self._suggest(number_id)])
        row = self._find("SELECT * FROM consequences WHERE consequence = $name", name=entry["consequence"])
        group = self._find(
            "SELECT * FROM target_groups WHERE target_group = $name", name=entry["target_group"]
        )
        known = {
            "number_id": number_id,
            "number_kind": entry["number_kind"],
            "disclosure": entry["disclosure"],
            "relative_year": entry["relative_year"],
            "release": self.release,
            "consequence": row,
            "target_group": group,
            "made": self._tell_making(),
            "changes": self._read_changes(number_id),
        }
        found = (
            self._read_difference(entry) if entry["number_kind"] == "difference" else self._read_price(entry)
        )
        return Passport(**known, **found, **self._read_sources(entry))

    @cached_property
    def release(self) -> Row:
        """The release's own row."""
        return self._all("SELECT * FROM release")[0]

    def _read_difference(self, entry: Row) -> dict[str, Any]:
        cell = {"group": entry["target_group"], "consequence": entry["consequence"]}
        own = cell | {"year": entry["relative_year"]}
        where = "target_group = $group AND consequence = $consequence AND relative_year = $year"
        years = self._all(_YEARS, **cell)
        observed = [row["relative_year"] for row in years if row["status"] in ("estimated", "no_use")]
        followed = [row["relative_year"] for row in years if row["status"] is not None]
        weights = self._all(_WEIGHTS, **own)
        profiles = self._all(
            f"SELECT view, value, standard_error, status FROM profiles WHERE {where} ORDER BY view DESC",
            **own,
        )
        told = {
            "group": entry["target_group"],
            "events": entry["event_table"],
            "year": own["year"] if own["year"] in followed else max(observed or followed, default=1),
        }
        return {
            "estimate": self._find(f"SELECT * FROM estimates WHERE {where}", **own),
            "adjustments": self._all(
                f"""SELECT covariate, adjustment FROM adjustment_by_covariate WHERE {where}
                ORDER BY abs(adjustment) DESC""",
                **own,
            ),
            "years": years,
            "profiles": tuple(
                {**row, "weights": [_without_view(w) for w in weights if w["view"] == row["view"]]}
                for row in profiles
            ),
            "attrition": self._all(_ATTRITION, **told),
            **dict.fromkeys(("payers", "figures", "index", "shares"), ()),
            "price": None,
        }

    def _read_price(self, entry: Row) -> dict[str, Any]:
        own = {"consequence": entry["consequence"], "group": entry["target_group"]}
        where = "consequence = $consequence AND target_group IS NOT DISTINCT FROM $group"
        payers = self._all(
            f"SELECT * FROM unit_prices WHERE {where} AND price_year = $year AND valid_from = $day ORDER BY payer",
            **own,
            year=entry["price_year"],
            day=entry["valid_from"],
        )
        price = next(row for row in payers if row["payer"] == entry["payer"])
        figures = self._all(f"SELECT * FROM price_figures WHERE {where} ORDER BY figure", **own)
        years = sorted({entry["price_year"], *(row["figure_year"] for row in figures)})
        shares = self._all(
            """SELECT * FROM parameters WHERE parameter LIKE $name AND valid_from <= $day
            AND (valid_to IS NULL OR valid_to >= $day) ORDER BY parameter""",
            name=f"payer_share_{price['rule']}_%",
            day=price["valid_from"],
        )
        return {
            "estimate": None,
            **dict.fromkeys(("adjustments", "years", "profiles", "attrition"), ()),
            "price": price,
            "payers": payers,
            "figures": figures,
            "index": self._all(
                "SELECT * FROM price_index WHERE list_contains($years, year) ORDER BY year", years=years
            ),
            "shares": shares,
        }

    def _read_sources(self, entry: Row) -> dict[str, Any]:
        subjects = [("price", entry["consequence"])]
        if entry["number_kind"] == "difference":
            subjects = [("target_group", entry["target_group"]), ("consequence", entry["consequence"])]
        found: dict[str, dict[str, None]] = {"register": {}, "declaration": {}, "events": {}}
        for kind, subject in subjects:
            for row in self._all(
                "SELECT source_kind, source FROM passport_sources WHERE subject_kind = $kind AND subject = $subject",
                kind=kind,
                subject=subject,
            ):
                found[row["source_kind"]][row["source"]] = None
        registers = sorted(found["register"])
        return {
            "registers": tuple(RegisterRead(name, self._list_files(name)) for name in registers),
            "coverage": tuple(self._tell_coverage(name) for name in found["events"]),
            "declarations": tuple(self._tell_declaration(name) for name in sorted(found["declaration"])),
            "corrections": self._all(
                "SELECT * FROM corrections WHERE list_contains($names, register) ORDER BY correction",
                names=registers,
            ),
        }

    def _read_changes(self, number_id: str) -> tuple[Row, ...] | None:
        if self.manifest.get("previous") is None or "changes" not in self.manifest["tables"]:
            return None
        return self._all("SELECT * FROM changes WHERE number_id = $id ORDER BY measure, link", id=number_id)

    def _list_files(self, register: str) -> dict[str, str]:
        files = self.manifest["register_files"]
        return {name: digest for name, digest in files.items() if name.split("/")[0] == register}

    def _tell_coverage(self, events: str) -> EventsCovered:
        rows = self._all(
            """SELECT year, reason, is_covered, municipality_code IS NULL AS is_whole, count(*)::INTEGER AS n
            FROM coverage WHERE concat_ws(': ', event_table, attribute_value) = $events GROUP BY ALL ORDER BY ALL""",
            events=events,
        )
        years = tuple(row["year"] for row in rows if row["is_whole"] and row["is_covered"])
        gaps = [
            (row["year"], row["reason"] or "", None if row["is_whole"] else row["n"])
            for row in rows
            if not row["is_covered"]
        ]
        return EventsCovered(events, years, tuple(gaps))

    def _tell_declaration(self, name: str) -> DeclarationRead:
        digest = self.manifest["declarations"].get(f"declarations/{name}", "")
        changes = self._all(
            """SELECT change_date, code_commit, change FROM declaration_history WHERE declaration = $name
            ORDER BY change_number""",
            name=name,
        )
        return DeclarationRead(name, digest, changes)

    def _tell_making(self) -> Row:
        names = (
            "version",
            "made_at",
            "code_commit",
            "data_version",
            "python",
            "packages",
            "seeds",
            "previous",
        )
        return {name: self.manifest.get(name) for name in names}

    def _suggest(self, number_id: str) -> Problem:
        """Name the nearest numbers: part by part, so that one wrong word does not hide the rest."""
        problems = Problems()
        problems.add_unknown("number", number_id, self._list_near(number_id), "number")
        return Problem(
            problems.items[0].where,
            f"no number {number_id!r} in {self.manifest['version']}",
            "target_group/consequence/year or price/consequence/payer/price_year, as in table passports",
            problems.items[0].do.replace("use one of the expected names", "look in the table passports"),
        )

    def _list_near(self, number_id: str) -> Iterable[str]:
        rows = self._con.execute(
            "SELECT number_id FROM passports ORDER BY levenshtein(number_id, ?), number_id LIMIT 40",
            [number_id],
        )
        return [name for (name,) in rows.fetchall()]

    def _all(self, query: str, **values: Any) -> tuple[Row, ...]:
        found = self._con.execute(query, values)
        names = [column[0] for column in found.description]
        return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())

    def _find(self, query: str, **values: Any) -> Row | None:
        rows = self._all(query, **values)
        return rows[0] if rows else None


def _without_view(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "view"}


def _read_manifest(release: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((release / MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        problem = Problem(
            "release",
            f"no release in {release.name}",
            "a folder with a manifest",
            "give --release DIR, or publish one",
        )
        raise InputError("Nothing to explain", [problem]) from None
    lacking = [name for name in NEEDED if name not in manifest["tables"]]
    if lacking:
        problem = Problem(
            manifest["version"],
            f"no table {lacking[0]}",
            "a release with passports",
            "publish a release with this program; releases from before it have no passports",
        )
        raise InputError("Nothing to explain", [problem])
    return manifest


def read_passport(release: Path, number_id: str) -> Passport:
    """Read one passport of a release; see `PassportReader`."""
    return PassportReader(release).read(number_id)
