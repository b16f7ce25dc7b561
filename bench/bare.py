"""A FastAPI route that does nothing: what a request costs before hoso does anything."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def nothing() -> dict[str, str]:
    """Nothing."""
    return {"status": "ok"}
