"""The translation server: LibreTranslate's HTTP API, and a page for people, over `Translator`.

Importing the package imports nothing; `nmt.server.serving.serve` runs it.
"""
