"""Tests of reuse run on both databases, as those of the archive do."""

from tests.archive.conftest import database as database
