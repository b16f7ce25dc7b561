"""Ingest: files come in, are checked and become documents."""
