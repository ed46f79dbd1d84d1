"""The pages that explain the API, with nothing loaded from elsewhere: they work on a machine without the internet."""

from __future__ import annotations

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

SCRIPTS = Path(fastapi_offline.__file__).parent / "static"  # Swagger UI and ReDoc, as that package ships them


def add_docs(app: FastAPI) -> None:
    """`/docs` and `/redoc`; relative addresses, so that they work below a route prefix too."""
    app.mount("/docs/files", StaticFiles(directory=SCRIPTS))

    @app.get("/docs", include_in_schema=False)
    async def swagger() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title=app.title,
            swagger_js_url="docs/files/swagger-ui-bundle.js",
            swagger_css_url="docs/files/swagger-ui.css",
            swagger_favicon_url="docs/files/favicon.png",
        )

    @app.get("/redoc", include_in_schema=False)
    async def redoc() -> HTMLResponse:
        return get_redoc_html(
            openapi_url="openapi.json",
            title=app.title,
            redoc_js_url="docs/files/redoc.standalone.js",
            redoc_favicon_url="docs/files/favicon.png",
            with_google_fonts=False,
        )
