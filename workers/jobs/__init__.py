"""The jobs that run in children: files and values in, files and values out. No database, no state.

The parent names a job as ``PAPERS.read``; only children load the libraries behind it.
"""

from __future__ import annotations

PAPERS = "workers.jobs.papers"
FORMS = "workers.jobs.forms"
LISTS = "workers.jobs.lists"
SEALS = "workers.jobs.seals"
CAPTURES = "workers.jobs.captures"
RENEWALS = "workers.jobs.renewals"
EXTRACTS = "workers.jobs.extracts"
SQUARES = "workers.jobs.squares"
KEYS = "workers.jobs.keys"
LESSONS = "workers.jobs.lessons"
RENDERERS = "workers.jobs.renderers"
WARM = "workers.jobs.warm"
"""Preloaded last where papers are read."""
