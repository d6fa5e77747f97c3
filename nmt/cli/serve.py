"""`nmt serve`: LibreTranslate's HTTP API and a page for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nmt.cli.options import SEARCH, BeamSize
from nmt.errors import InputError

LIMITS = "Limits"


def serve(
    model: Annotated[
        list[Path] | None,
        typer.Option(
            envvar="NMT_MODEL",
            help="The folder of a trained model; several for several directions. "
            "[default: of each direction models/SRC-TRG, else the one that came with nmt]",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen at; 0.0.0.0: at all of them.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 5000,
    api_key: Annotated[
        str | None, typer.Option(envvar="NMT_API_KEY", help="Answer only who knows it.")
    ] = None,
    beam_size: BeamSize = 5,
    batch_size: Annotated[
        int,
        typer.Option(
            min=1, help="Texts translated at once; 1: one by one.", rich_help_panel=SEARCH
        ),
    ] = 64,
    max_characters: Annotated[
        int, typer.Option(min=1, help="Of a text.", rich_help_panel=LIMITS)
    ] = 5000,
    max_waiting: Annotated[
        int, typer.Option(min=1, help="Texts in the queue.", rich_help_panel=LIMITS)
    ] = 512,
    timeout: Annotated[
        float, typer.Option(help="Seconds for one request.", rich_help_panel=LIMITS)
    ] = 30,
    log_text: Annotated[
        bool, typer.Option("--log-text", help="Write every text to stderr.")
    ] = False,
) -> None:
    """Serve translations over HTTP, to LibreTranslate's clients and to browsers.

    The page is at /, the API's description at /docs and /spec. Ctrl-C or SIGTERM answers what was
    accepted, and ends.
    """
    try:
        from nmt.server.serving import serve as run
        from nmt.server.settings import Settings
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("nmt"):
            raise
        raise InputError(
            f"nmt serve needs {error.name}, which is not installed; pip install 'nmt[serve]'"
        ) from error
    from nmt.shipped import find_models
    from nmt.tables import message
    from nmt.translator import Translator

    settings = Settings(
        api_key=api_key,
        beam_size=beam_size,
        batch_size=batch_size,
        max_characters=max_characters,
        max_waiting=max_waiting,
        timeout=timeout,
        log_text=log_text,
    )
    translators = [Translator.load(folder) for folder in model or find_models()]
    run(translators, settings, host, port, lambda url: message(f"serving at {url}"))
