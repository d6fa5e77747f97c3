"""`nmt fetch` and `nmt data`: getting a corpus and looking at it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nmt.cli.options import Columns, Overwrite, Profile, Src, Trg
from nmt.files import check_new
from nmt.languages import language_options


def fetch(
    folder: Annotated[Path, typer.Option(help="Where to put mar.txt.")] = Path(),
    url: Annotated[
        str | None, typer.Option(help="A mirror, or another language's zip, as fra-eng.zip.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Download the English–Marathi corpus (Tatoeba, packaged by manythings.org)."""
    from nmt.fetch import URL
    from nmt.fetch import fetch as download

    print(download(folder, url or URL, overwrite=overwrite))


def data(
    corpus: Annotated[Path, typer.Argument(help="Tab-separated sentence pairs, plain or .gz.")],
    report: Annotated[
        Path | None, typer.Option(help="Write every dropped row, with line and reason, as CSV.")
    ] = None,
    src: Src = "eng",
    trg: Trg = "mar",
    columns: Columns = None,
    profile: Profile = "standard",
    overwrite: Overwrite = False,
) -> None:
    """Show what cleaning and splitting make of a corpus, as tables."""
    options = language_options(src, trg, columns=columns, profile=profile)
    if report:
        check_new(report, overwrite)

    from nmt import statistics
    from nmt.dataset import cleaned_corpus
    from nmt.split import split
    from nmt.tables import message, print_table

    langs = options.first, options.second
    cleaned = cleaned_corpus(corpus, options)
    parts = split(cleaned.pairs)
    # Before the tables, so that what cannot be written is the one line the reader sees.
    if report:
        rows = statistics.write_report(cleaned, parts.leaked, report)
        message(f"{report}: {rows:,} rows that are not trained on, and why")
    print_table(statistics.overview(corpus, cleaned, parts), "Corpus")
    print_table(statistics.rule_counts(cleaned), "Rules: rows changed and dropped")
    print_table(statistics.rule_examples(cleaned), "Rules: the first rows of each, at most two")
    print_table(
        statistics.part_sizes(parts).rename(columns={"share": "%"}),
        f"Parts (left out: {statistics.LEAKED})",
    )
    print_table(statistics.length_histogram(cleaned.pairs, langs), "Sentences by length in words")
    print_table(
        statistics.vocabulary(cleaned.pairs, langs), "Vocabulary: words as blanks separate them"
    )
    print_table(statistics.references(cleaned.pairs), "Sentences by number of translations")
