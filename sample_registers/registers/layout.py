"""What the files of each register look like: columns, types and years.

Belongs here: names and types of the columns, and which year files are delivered. Does not belong here:
values.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from sample_registers.latent import FIRST_YEAR, LAST_YEAR
from sample_registers.registers.dates import WEEK_COLUMNS

# Text is handed to the writer as positions in a word list, which is fast; the files hold plain text.
TYPES = {
    "str": pa.dictionary(pa.int16(), pa.string()),
    "id": pa.string(),
    "date": pa.date32(),
    "int": pa.int32(),
    "float": pa.float64(),
}


@dataclass(frozen=True)
class RegisterLayout:
    """One register: columns (name to type word), years delivered (empty: one file), and how a row finds its
    file.

    Type words: str (few different words), id (text, different on most rows), date, int, float.

    `file_year` names the columns whose first non-empty date decides the year file of a row; empty when the
    year is given with the row (annual registers, and the diagnosis files, which follow their contact).
    """

    columns: dict[str, str]
    years: tuple[int, ...]
    file_year: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of every file of the register."""
        return pa.schema([(name, TYPES[kind]) for name, kind in self.columns.items()])

    def columns_in(self, register: str, year: int) -> dict[str, str]:
        """Column names as delivered in this year, by the name used in the newest files."""
        renamed = RENAMED_COLUMNS.get((register, year), {})
        return {name: renamed.get(name, name) for name in self.columns}


def _columns(text: str) -> dict[str, str]:
    """Read 'name type, name type' as a dict."""
    return dict(part.split() for part in text.split(","))


def _years(first: int, last: int, *missing: int) -> tuple[int, ...]:
    """Give the years from first to last, both included, without the missing."""
    return tuple(year for year in range(first, last + 1) if year not in missing)


_ALL = _years(FIRST_YEAR, LAST_YEAR)
_LPR2 = _years(FIRST_YEAR, 2018)
_LPR3 = _years(2019, LAST_YEAR)
_CONTACT = _columns("pnr id, recnum id, d_inddto date, d_uddto date, c_pattype str, c_spec str, c_indm str")
_DIAGNOSIS = _columns("recnum id, c_diag str, c_diagtype str")
_VISIT = _columns("recnum id, d_ambdto date")

LAYOUT: dict[str, RegisterLayout] = {
    "bef": RegisterLayout(
        _columns(
            "pnr id, foed_dato date, koen int, kom int, ie_type int, opr_land int, civst str, "
            "mor_id id, far_id id"
        ),
        _ALL,
    ),
    "dod": RegisterLayout(_columns("pnr id, doddato date"), _ALL, ("doddato",)),
    "vnds": RegisterLayout(_columns("pnr id, indud_kode str, haend_dato date"), _ALL, ("haend_dato",)),
    "udda": RegisterLayout(_columns("pnr id, hfaudd str, hf_vfra date"), _ALL),
    "akm": RegisterLayout(_columns("pnr id, socio13 int"), _ALL),
    "ind": RegisterLayout(
        _columns(
            "pnr id, loenmv_13 int, skatmvialt_13 int, dispon_13 int, kontanthj_13 int, off_overforsel_13 int"
        ),
        _ALL,
    ),
    "dream": RegisterLayout({"pnr": "id"} | dict.fromkeys(WEEK_COLUMNS, "str"), ()),
    "lpr_adm": RegisterLayout(_CONTACT, _LPR2, ("d_uddto", "d_inddto")),
    "lpr_diag": RegisterLayout(_DIAGNOSIS, _LPR2),
    "lpr_bes": RegisterLayout(_VISIT, _LPR2),
    "psyk_adm": RegisterLayout(_CONTACT, _LPR2, ("d_uddto", "d_inddto")),
    "psyk_diag": RegisterLayout(_DIAGNOSIS, _LPR2),
    "psyk_bes": RegisterLayout(_VISIT, _LPR2),
    "lpr3_kontakter": RegisterLayout(
        _columns(
            "pnr id, dw_ek_kontakt id, dato_start date, tidspunkt_start str, dato_slut date, "
            "tidspunkt_slut str, kontakttype str, prioritet str, hovedspeciale_ans str"
        ),
        _LPR3,
        ("dato_slut", "dato_start"),
    ),
    "lpr3_diagnoser": RegisterLayout(
        _columns("dw_ek_kontakt id, diagnosekode str, diagnosetype str, senere_afkraeftet str"), _LPR3
    ),
    "sssy": RegisterLayout(
        _columns("pnr id, speciale str, honuge str, antydel int, bruhon float, barnmak int"), _ALL
    ),
    "lmdb": RegisterLayout(_columns("pnr id, eksd date, atc str"), _ALL, ("eksd",)),
    "nab": RegisterLayout(
        _columns("pnr id, start date, slut date, slutaarsag str"), _years(2006, LAST_YEAR), ("start",)
    ),
    "sib": RegisterLayout(
        _columns(
            "pnr id, start date, slut date, behandlingstype str, substitution str, slutaarsag str, "
            "hovedstof str"
        ),
        _ALL,
        ("start",),
    ),
    "boform110": RegisterLayout(
        _columns("pnr id, inddato date, uddato date, boform str"), _ALL, ("inddato",)
    ),
    "handicap": RegisterLayout(
        _columns("pnr id, paragraf int, start date, slut date, maalgruppe str"),
        _years(2013, LAST_YEAR),
        ("start",),
    ),
    "bua": RegisterLayout(
        _columns("pnr id, pgf int, anbringelsessted str, sag_vfra date, sag_vtil date"), _ALL, ("sag_vfra",)
    ),
    "bufo": RegisterLayout(_columns("pnr id, pgf int, sag_vfra date, sag_vtil date"), _ALL, ("sag_vfra",)),
    "kraf": RegisterLayout(
        _columns("pnr id, journr id, afg_ger7 str, afg_afgtypko int, afg_dato date"), _ALL, ("afg_dato",)
    ),
    "krin": RegisterLayout(
        _columns("pnr id, ind_dato date, loes_dato date, ind_fgslkod str"), _ALL, ("ind_dato",)
    ),
    "krsi": RegisterLayout(
        _columns("pnr id, journr id, sig_dato date, sig_ger7 str, sig_art str"), _ALL, ("sig_dato",)
    ),
    "krof": RegisterLayout(
        _columns("pnr id, ger7 str, dato date"), _years(FIRST_YEAR, LAST_YEAR, 2009), ("dato",)
    ),
    "kotre": RegisterLayout(
        _columns("pnr id, udd str, elev3_vfra date, elev3_vtil date, audd str"), _ALL, ("elev3_vfra",)
    ),
    "grundskole": RegisterLayout(
        _columns("pnr id, klassetrin str, kl_type int, institutionstype int, specialundervisning float"),
        _ALL,
    ),
}
"""Every register of the sample delivery, by the name of its folder."""

RENAMED_COLUMNS = {("handicap", year): {"maalgruppe": "maalgr"} for year in (2013, 2014, 2015)}
"""Columns that had another name in some year files, by register and year."""
