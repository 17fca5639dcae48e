"""Named rules that the vocabulary cannot say: SQL, what they read, and prose, side by side.

Belongs here: one entry a function, tested by name. Does not belong here: anything the vocabulary can say.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.declarations.read_toml import Text


@dataclass(frozen=True)
class NamedFunction:
    """A named success rule.

    Attributes
    ----------
    name : str
        The word after `function =`.
    sql : str
        A SELECT of leaf, pnr, base_year: the candidates who meet the rule.
    reads : tuple of (str, tuple of str, int)
        Event table, measures, relative year.
    registers : tuple of str
        Registers it reads besides event tables, as in words.toml.
    text : Text
        Past participle phrase after "har" / "has", without the time.
    """

    name: str
    sql: str
    reads: tuple[tuple[str, tuple[str, ...], int], ...]
    registers: tuple[str, ...]
    text: Text


_INCREASED_EMPLOYMENT = """\
SELECT c.leaf, c.pnr, c.base_year
FROM candidates AS c
LEFT JOIN person_years AS person_0
  ON person_0.leaf = c.leaf AND person_0.pnr = c.pnr AND person_0.year = c.base_year
LEFT JOIN person_years AS person_1
  ON person_1.leaf = c.leaf AND person_1.pnr = c.pnr AND person_1.year = c.base_year + 1
LEFT JOIN incomes AS income_0
  ON income_0.leaf = c.leaf AND income_0.pnr = c.pnr AND income_0.year = c.base_year
LEFT JOIN incomes AS income_1
  ON income_1.leaf = c.leaf AND income_1.pnr = c.pnr AND income_1.year = c.base_year + 1
LEFT JOIN price_index AS price_0 ON price_0.year = c.base_year
LEFT JOIN price_index AS price_1 ON price_1.year = c.base_year + 1
WHERE (person_1.employment_code = 'employed' AND person_0.employment_code NOT IN ('employed', 'unknown'))
   OR income_1.wage_dkk * price_0."index"::DECIMAL(9, 4) > income_0.wage_dkk * price_1."index"::DECIMAL(9, 4)"""

FUNCTIONS: dict[str, NamedFunction] = {
    function.name: function
    for function in (
        NamedFunction(
            "increased_employment",
            _INCREASED_EMPLOYMENT,
            (("incomes", ("wage_dkk",), 0), ("incomes", ("wage_dkk",), 1)),
            ("person.employment",),
            Text(
                "øget sin beskæftigelse: enten er personen i beskæftigelse i år 1 og var det ikke i år 0, eller også "
                "er lønindkomsten højere i år 1 end i år 0, målt i faste priser",
                "increased their employment: either employed in year 1 and not in year 0, or with a higher wage "
                "income in year 1 than in year 0, in constant prices",
            ),
        ),
    )
}
