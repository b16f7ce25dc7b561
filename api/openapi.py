"""The OpenAPI 3.1 document: what FastAPI knows, with problems, callers and the names of routes as operations."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE, ProblemBody
from api.rules import TABLE, Reach, Role

PATH = "/api/v1/openapi.json"
TAGGED = frozenset(
    {
        "documents.show",
        "documents.fields",
        "documents.review",
        "documents.split",
        "documents.retry",
        "documents.revoke",
    }
)
"""Operations whose answer bears the ETag that the next decision has to match."""
PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemBody"}}
STATUSES = {
    "400": "The request cannot be understood", "401": "Sign in first", "403": "Not permitted",
    "404": "There is no such thing, or it is not for this caller", "409": "Not possible as things stand",
    "412": "It changed since it was seen", "413": "Too large", "415": "This content type is not taken",
    "422": "Wrong values", "428": "If-Match is missing", "429": "Too many requests",
}  # fmt: skip


def document(app: FastAPI, cookie: str) -> dict[str, Any]:
    """The document of this application; made once."""
    if app.openapi_schema:
        return app.openapi_schema
    made = get_openapi(
        title="hoso",
        version="1",
        openapi_version="3.1.0",
        summary="From paper results to sealed electronic records and certified copies that anyone can verify",
        routes=app.routes,
        servers=[{"url": "/"}],  # the default of the specification, which some clients want said
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["ProblemBody"] = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schemas["ProblemBody"].pop("$defs", {}))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    made["components"]["securitySchemes"] = {
        "person": {"type": "apiKey", "in": "cookie", "name": cookie},
        "system": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/api/v1/oauth/token", "scopes": {}}},
        },
    }
    for methods in made["paths"].values():
        for operation in methods.values():
            _finish(operation)
    app.openapi_schema = made
    return made


def _finish(operation: dict[str, Any]) -> None:
    row = TABLE[operation["operationId"]]
    responses = operation["responses"]
    for status, description in STATUSES.items():
        responses[status] = {"description": description, "content": {MEDIA_TYPE: PROBLEM}}
    responses["default"] = {"description": "Any other problem", "content": {MEDIA_TYPE: PROBLEM}}
    if "429" in responses:
        seconds = {"description": "seconds to wait", "schema": {"type": "integer"}}
        responses["429"]["headers"] = {"Retry-After": seconds}
    if operation["operationId"] in TAGGED:
        tag = {"description": "changes with every act on the document", "schema": {"type": "string"}}
        responses["200"].setdefault("headers", {})["ETag"] = tag
    callers: list[dict[str, list[str]]] = [{"person": []}, {"system": []}]
    if row[Role.ANONYMOUS] is Reach.ANY:
        callers.append({})
    operation["security"] = callers
    operation["x-roles"] = {role.value: reach.value for role, reach in row.items() if reach is not Reach.NO}
