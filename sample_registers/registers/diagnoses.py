"""Diagnosis codes as registers write them: a leading D, often a digit more, several a contact.

Belongs here: the diagnosis columns shared by LPR2 and LPR3. Does not belong here: contacts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_registers.codes import ICD_CODES
from sample_registers.registers.rows import Codes, list_words

VARIANTS = ("", "0", "1", "9")
SECONDARY = ("DZ720", "DZ608", "DI109", "DZ921")
"""Diagnoses that no definition asks for."""
SECONDARY_BESIDE = {"F23": "DF24", "I63": "DI62"}
"""Second diagnosis beside a main one of the same range: in every definition that holds the main one, in no other."""
REVOKED = ("DF20", "DF32", "DF84", "DF90", "DF70", "DS06")
SHARE_SECONDARY = 0.2
SHARE_REVOKED = 0.04
MAIN, OTHER = 0, 1
TYPE_WORDS = list_words("A", "B")
NO_YES = list_words("Nej", "Ja")


def _list_variants(code: str) -> list[str]:
    """List the ways a latent code is written: three-character codes with and without a digit more."""
    return [f"D{code}{variant}" if len(code) == 3 else f"D{code}" for variant in VARIANTS]


_WRITTEN = [["DZ032"] * len(VARIANTS), *(_list_variants(code) for code in ICD_CODES)]
_UNIQUE = sorted(
    {word for words in _WRITTEN for word in words} | {*SECONDARY, *SECONDARY_BESIDE.values(), *REVOKED}
)
WORDS = list_words(*_UNIQUE)
_POSITION = {word: position for position, word in enumerate(_UNIQUE)}
_BY_CODE = np.array([[_POSITION[word] for word in words] for words in _WRITTEN])
_SECONDARY_POSITIONS = np.array([_POSITION[word] for word in SECONDARY])
_BESIDE = np.array([-1, *(_POSITION.get(SECONDARY_BESIDE.get(code), -1) for code in ICD_CODES)])
_REVOKED_POSITIONS = np.array([_POSITION[word] for word in REVOKED])


@dataclass(frozen=True)
class DiagnosisRows:
    """M diagnoses: which contact (position), the word, A or B, and whether it was revoked later."""

    contact: np.ndarray
    code: Codes
    kind: Codes
    revoked: Codes


def list_diagnoses(diagnosis: np.ndarray, rng: np.random.Generator, may_revoke: bool) -> DiagnosisRows:
    """List the diagnoses of contacts: the true one as A, sometimes a second as B, sometimes one revoked.

    Parameters
    ----------
    diagnosis : (N,) int array
        Latent diagnoses: 1 + the position in `ICD_CODES`, 0 for none.
    rng : numpy.random.Generator
    may_revoke : bool
        LPR3 only: add diagnoses that were revoked later and count for nothing.
    """
    n = len(diagnosis)
    second = np.flatnonzero(rng.random(n) < SHARE_SECONDARY)
    revoked = np.flatnonzero(rng.random(n) < SHARE_REVOKED * may_revoke)
    main = _BY_CODE[diagnosis, rng.integers(0, len(VARIANTS), n)]
    beside = _BESIDE[diagnosis[second]]
    words = [
        main,
        np.where(beside >= 0, beside, rng.choice(_SECONDARY_POSITIONS, len(second))),
        rng.choice(_REVOKED_POSITIONS, len(revoked)),
    ]
    kinds = np.repeat([MAIN, OTHER, OTHER], [n, len(second), len(revoked)])
    is_revoked = np.repeat([0, 0, 1], [n, len(second), len(revoked)])
    return DiagnosisRows(
        np.concatenate([np.arange(n), second, revoked]),
        Codes(np.concatenate(words), WORDS),
        Codes(kinds, TYPE_WORDS),
        Codes(is_revoked, NO_YES),
    )
