"""Limits of copying as data with effective dates: ``copies.toml`` and ``workdays.toml`` (see ``copy_law``)."""
