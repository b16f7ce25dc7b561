"""The HTTP API and the pages (not built yet; see the README)."""
