"""What a release says about itself in words: its caveats and its README.

Belongs here: texts that travel with a release. Does not belong here: the data dictionary, which is generated.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.release.manifest import ReleaseContext
from schemas.release_tables import CONTRACT


@dataclass(frozen=True)
class Caveat:
    """A caveat in both languages."""

    da: str
    en: str

    @property
    def both(self) -> str:
        """Danish, then English."""
        return f"{self.da} / {self.en}"


CAVEATS = {
    "sample": Caveat(
        "Dannet af opdigtede registre: tallene siger intet om virkelige personer, ydelser eller priser.",
        "Made from invented registers: the numbers say nothing of real persons, services or prices.",
    ),
    "real": Caveat(
        "Forskelle er justerede forskelle mellem succesgruppen og andre, ikke virkninger af en indsats.",
        "Differences are adjusted differences between success group and others, not effects of an intervention.",
    ),
}
"""What every table and page of a release says, by its registers."""

_TEXT = """# SØM: vidensdatabase {version}

**{caveat_da}**

Tallene er justerede forskelle mellem dem, der når et succeskriterium, og andre i samme målgruppe. De er ikke
virkninger af en indsats. Priser mærket `placeholder` er pladsholdere, og definitioner mærket `assumed` er antaget.

| Fil | Indhold |
|---|---|
| `knowledge.duckdb` | alle tabeller med beskrivelse af hver tabel og kolonne |
| `tables/*.parquet`, `csv/*.csv` | de samme tabeller; CSV er UTF-8 med punktum som decimaltegn |
| `knowledge.xlsx` | tabellerne til Excel med danske overskrifter, filtre og forklaringer; begynd på forsiden |
| `datapackage.json` | beskrivelse af CSV-filerne (Frictionless Data Package) |
| `dictionary_da.md`, `dictionary_en.md` | hvad hver kolonne betyder |
| `manifest.json` | hvad udgivelsen er dannet af, og kontrolsum af hver fil |
| `declarations/` | deklarationerne, den er dannet af |
| `CHANGES.md`, `changes.parquet` | hvad er ændret siden forrige udgivelse, og hvad hver årsag har flyttet |
| `validation/index.html` | kontrollerne og deres resultat |
| `audit/index.html` | opslagssiderne: fra ethvert tal til, hvordan det er blevet til; åbnes fra disken uden net |
| `soem_contract_check.py` | til egne test: siger, om udgivelsen holder kontrakt {contract}; kræver kun duckdb |
| `{wheel}` | beregningsmotoren, som læser kontrakt {contract} |

Hvert tal har et pas: `soem explain homeless/cash_benefit/3 --release <mappe>` fortæller, hvor det kommer fra.

Udgivelsen ændres aldrig. Kontrollér den med `soem verify <mappe>`.

---

# SØM: knowledge database {version}

**{caveat_en}**

The numbers are adjusted differences between those who reach a success criterion and others in the same target group.
They are not effects of an intervention. Prices marked `placeholder` are placeholders; definitions marked `assumed`
are assumed.

| File | Content |
|---|---|
| `knowledge.duckdb` | all tables, with a description of every table and column |
| `tables/*.parquet`, `csv/*.csv` | the same tables; CSV is UTF-8 with a decimal point |
| `knowledge.xlsx` | the tables for Excel, in Danish, with filters and explanations; begin with its cover |
| `datapackage.json` | description of the CSV files (Frictionless Data Package) |
| `dictionary_da.md`, `dictionary_en.md` | what every column means |
| `manifest.json` | what the release was made from, and a checksum of every file |
| `declarations/` | the declarations it was made from |
| `CHANGES.md`, `changes.parquet` | what changed since the release before, and what each cause moved |
| `validation/index.html` | the checks and their result |
| `audit/index.html` | the explorer: from any number to how it came about; opened from disk, no network |
| `soem_contract_check.py` | for your own tests: says whether the release keeps contract {contract}; needs duckdb only |
| `{wheel}` | the calculation engine, which reads contract {contract} |

Every number has a passport: `soem explain homeless/cash_benefit/3 --release <folder>` tells where it comes from.

A release never changes. Check it with `soem verify <folder>`.
"""


def write_readme(version: str, context: ReleaseContext, wheel: str) -> str:
    """Write the README of a release.

    Parameters
    ----------
    version : str
    context : ReleaseContext
    wheel : str
        File name of the engine's wheel.

    Returns
    -------
    str
        Markdown, Danish first.
    """
    caveat = CAVEATS[context.registers]
    return _TEXT.format(
        version=version, caveat_da=caveat.da, caveat_en=caveat.en, wheel=wheel, contract=CONTRACT
    )
