"""Published SØM calculations, made again with a release: their inputs as printed, our result beside theirs.

Here: the way in for the command `soem-engine gallery`. Not here: the calculations
themselves (`*.toml` in this folder, one a calculation; what they found, as printed, in `published.toml`), reading
them (`published`), the page (`page`).

The consequence values and prices behind the published results are not public, and a release has others: a published
result is shown, never reproduced. An input that is not printed is marked as assumed in its file and on the page.
"""

from __future__ import annotations

import argparse

from soem_engine.gallery.page import format_gallery
from soem_engine.gallery.published import GalleryEntry, Published, calculate_gallery, load_published
from soem_engine.release import Release
from soem_engine.texts import Language

__all__ = [
    "GalleryEntry",
    "Published",
    "calculate_gallery",
    "format_gallery",
    "load_published",
    "main",
    "make_page",
]


def make_page(release: Release, language: Language = "da") -> str:
    """Calculate the gallery with a release and return it as a Markdown page.

    Parameters
    ----------
    release
        An open release.
    language
        `da` or `en`: the words of the page; the inputs' own texts are Danish.
    """
    return format_gallery(calculate_gallery(release), release, language)


def main(options: argparse.Namespace, release: Release) -> str:
    """Return what the command `soem-engine gallery` prints; `options.lang` is the language."""
    return make_page(release, options.lang)
