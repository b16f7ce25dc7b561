"""Tests of reuse run on both databases, as those of the archive do."""

from hypothesis import settings

# A machine under load is slow and still right.
settings.register_profile("hoso", deadline=None)
settings.load_profile("hoso")
