"""The Rasa server: `python -m bot.server MODEL [HOST PORT]`, the latter unless a supervisor started it.

The same as `rasa run`, but for what its command line cannot do: logging without user text, errors as problem
details, a limit on the size of a request, and CORS for the web API only. Rasa's own is for every path at once, with
credentials, which is why the application is not made by `rasa.core.run.configure_app`.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

import rasa.core.channels.channel
import rasa.core.constants
import rasa.core.run
import rasa.core.utils
from sanic import Sanic

from bot import training
from bot.channels import cors, framing, metrics, openapi, problems, security
from meldwijzer import database, groups, logs, supervised
from meldwijzer.settings import ROOT, settings

#: Bytes; 2,000 characters of text fit in it however they are encoded.
LARGEST_REQUEST = 32_768
PURGE_SECONDS = 900
#: Seconds for what is being answered when the server stops; a turn takes 3 at most.
GRACE = 5
logger = logs.logger("server")


def make(model: str) -> Sanic:
    """Make the application with the channels of credentials.yml.

    Args:
        model: path of the trained model.
    """
    endpoints = rasa.core.utils.AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    channels = rasa.core.run.create_http_input_channels(None, str(ROOT / "credentials.yml"))
    app = Sanic("meldwijzer", configure_logging=False)
    app.config.USE_UVLOOP = False
    app.config.KEEP_ALIVE_TIMEOUT = rasa.core.constants.DEFAULT_KEEP_ALIVE_TIMEOUT
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = GRACE
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST
    app.config.FALLBACK_ERROR_FORMAT = "json"
    rasa.core.channels.channel.register(channels, app, route="/webhooks/")
    framing.install(app)
    problems.install(app)
    security.install(app)
    cors.install(app, settings().allowed_origins)
    openapi.install(app)
    metrics.install(app, model)
    app.register_listener(partial(rasa.core.run.load_agent_on_start, model, endpoints, None), "before_server_start")
    app.register_listener(_warm_up, "before_server_start")
    app.register_listener(rasa.core.run.close_resources, "after_server_stop")
    app.add_task(_purge_now_and_then)
    return app


async def _warm_up(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
    """Understand one message, so that the first user does not wait for what is only made when it is first needed."""
    await app.ctx.agent.parse_message("welk Veilig Thuis hoort bij ons")


async def _purge_now_and_then() -> None:
    while True:
        try:
            await asyncio.get_running_loop().run_in_executor(None, database.purge)
            await asyncio.get_running_loop().run_in_executor(None, groups.purge)
        except Exception as error:
            logger.error("purge failed", exc_info=error)
        await asyncio.sleep(PURGE_SECONDS)


def main(model: str, host: str = "127.0.0.1", port: str = "5005") -> None:
    """Serve until stopped.

    Args:
        model: path of the trained model.
        host: the address to listen on, unless a supervisor has a socket for it.
        port: the port to listen on.
    """
    logs.configure()
    training.verify(Path(model))
    app = make(model)
    logs.configure()  # once more, for the loggers that Rasa made meanwhile
    logger.info("started with retention of %d hours", settings().retention_hours)
    supervised.serve(app, host, int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
