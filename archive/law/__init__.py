"""Limits of copying as data with effective dates: ``copies.toml`` and ``workdays.toml`` (read by ``archive.copy_law``)."""
