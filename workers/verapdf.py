"""Is a sealed file still PDF/A? Asked of veraPDF, where an installation has it (ISO 19005; ``HOSO_VERAPDF``).

The checker that runs everywhere (``ocr.pdfa.check``) knows no forms, and a seal is one: after sealing only veraPDF can
tell. It needs a Java runtime, so an installation may do without; then the answer is "not checked", never "yes".
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from archive.errors import Problem
from signing.report import SealReport

MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
JAVA = ("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Memory; and for a run of seconds: no threads that collect, no second compiler (126 files: 9.4 to 4.7 s, measured)."""
ANSWERED = (0, 1, 7, 8)
"""Exit codes that come with a report: all conform, some do not, some could not be parsed, some are encrypted."""

Verdict = Literal["conforms", "violates", "unreadable", "not checked"]


@dataclass(frozen=True)
class Conformance:
    """What veraPDF says of one file: the profile it was held against (its own claim) and each rule it breaks."""

    verdict: Verdict
    profile: str = ""
    broken: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


NOT_CHECKED = Conformance("not checked")


def conformance(
    files: Sequence[Path], verapdf: Path | None, seconds: float, java: str = "java"
) -> tuple[Conformance, ...]:
    """Give the answer for each file, in their order; one start of Java for all (1 s, then 0.03 s a file, measured).

    ``verapdf``: the program's JAR or its launcher; None: nothing is checked. Raises Problem VERAPDF_FAILED when it is
    set and gives no report.
    """
    if verapdf is None or not verapdf.name:  # an empty variable is none
        return (NOT_CHECKED,) * len(files)
    start = [java, *JAVA, "-cp", str(verapdf), MAIN] if verapdf.suffix == ".jar" else [str(verapdf)]
    command = [*start, "--format", "json", "--loglevel", "0", *(str(file.resolve()) for file in files)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=seconds)
        if done.returncode not in ANSWERED:
            raise _failed(f"exit {done.returncode}")
        jobs = json.loads(done.stdout)["report"]["jobs"]
        found = {job["itemDetails"]["name"]: _answer(job) for job in jobs}
        return tuple(found[str(file.resolve())] for file in files)
    except subprocess.TimeoutExpired:
        raise _failed(f"{seconds:g} s") from None
    except (OSError, ValueError, KeyError) as error:
        raise _failed(f"{type(error).__name__}: {error}") from error


def sealed_as_pdfa(file: Path, verapdf: Path | None, seconds: float) -> Conformance:
    """Give the answer for a file just sealed. Raises Problem NOT_PDFA when it is checked and is no PDF/A."""
    (answer,) = conformance([file], verapdf, seconds)
    if answer.verdict in ("conforms", "not checked"):
        return answer
    faults = "; ".join(answer.broken)[:500]
    raise Problem(
        "NOT_PDFA", f"Tệp sau khi ký không đạt PDF/A: {faults}", f"The sealed file is not PDF/A: {faults}"
    )


def kept(report: SealReport, pdfa: Conformance) -> bytes:
    """Give the report of a sealing as it is kept beside the file: the verification's, and what veraPDF said."""
    whole = {**report.to_dict(), "pdfa": pdfa.as_dict()}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()


def _answer(job: dict[str, Any]) -> Conformance:
    if "validationResult" not in job:
        why = job.get("taskException", {}).get("exceptionMessage", "no result")
        return Conformance("unreadable", "", (str(why),))
    results = job["validationResult"]
    broken = tuple(
        f"{rule['specification']} {rule['clause']}-{rule['testNumber']}: {rule['checks'][0].get('errorMessage', '')}"
        for result in results
        for rule in result["details"]["ruleSummaries"]
        if rule["ruleStatus"] == "FAILED"
    )
    profile = ", ".join(str(result["profileName"]).removesuffix(" validation profile") for result in results)
    return Conformance(
        "conforms" if all(result["compliant"] for result in results) else "violates", profile, broken
    )


def _failed(why: str) -> Problem:
    return Problem("VERAPDF_FAILED", f"veraPDF không trả lời: {why}", f"veraPDF gives no report: {why}")
