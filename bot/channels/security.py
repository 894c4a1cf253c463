"""Headers that take away from browsers what the assistant does not need."""

from __future__ import annotations

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

#: Powers of a page; none is used, and a script that should not be there gets none either.
POWERS = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Permissions-Policy": ", ".join(f"{power}=()" for power in POWERS),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # For browsers and scanners that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Is for loads without CORS only: no other site can show or run a reply. What it may is in cors.py.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: A year. Subdomains are not ours to decide on.
HTTPS_ONLY = "max-age=31536000"


def install(app: Sanic) -> None:
    """Add the headers to every response that does not have its own."""

    @app.middleware("response")
    async def secure(request: Request, response: HTTPResponse) -> None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # Sanic believes a proxy (X-Forwarded-Proto) only where SANIC_PROXIES_COUNT, SANIC_REAL_IP_HEADER or
        # SANIC_FORWARDED_SECRET says that there is one; without these, HSTS is the proxy's to send.
        if request.scheme == "https":
            response.headers.setdefault("Strict-Transport-Security", HTTPS_ONLY)
