"""What pages of other sites may read: the scripts of the widget, and for some sites the web API (Fetch standard)."""

from __future__ import annotations

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty

#: The one part that has replies in it. Not `/admin`, not `/health`.
API = "/webhooks/web/"
#: The same for everyone. A script with an integrity attribute loads with CORS, one without it loads without CORS.
PUBLIC = ("/widget/", "/openapi.json")
FOR_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
#: No Allow-Credentials: the token is a header that the widget sets, and there are no cookies.
FOR_READING = {"Access-Control-Expose-Headers": "Retry-After"}
FOR_ASKING = {
    "Access-Control-Allow-Methods": "POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    # Two hours; no browser remembers it for longer.
    "Access-Control-Max-Age": "7200",
}


def install(app: Sanic, origins: frozenset[str]) -> None:
    """Answer preflights and add the headers, to errors too: a widget has to tell its user what went wrong.

    Args:
        app: the server.
        origins: of the sites whose pages may use the API.
    """

    @app.middleware("request")
    async def preflight(request: Request) -> HTTPResponse | None:
        # There are no routes for OPTIONS; Sanic asks here before it answers that in its own way.
        return empty() if _is_preflight(request) and _allowed(request, origins) else None

    @app.middleware("response")
    async def share(request: Request, response: HTTPResponse) -> None:
        if request.path.startswith(PUBLIC):
            response.headers.update(FOR_ALL)
        if not origins or not request.path.startswith(API):
            return
        response.headers["Vary"] = "Origin"
        if _allowed(request, origins):
            response.headers["Access-Control-Allow-Origin"] = request.headers["origin"]
            response.headers.update(FOR_ASKING if _is_preflight(request) else FOR_READING)


def _is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def _allowed(request: Request, origins: frozenset[str]) -> bool:
    return request.path.startswith(API) and request.headers.get("origin") in origins
