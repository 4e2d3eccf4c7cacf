"""Serve the documents to agents by the Model Context Protocol: over standard input and output, or over HTTP.

The index must be there already (scripts/run --prepare). Over HTTP it listens on VINDPLAATS_MCP_PORT of this machine
only, at /mcp.
"""

import argparse
import sys

from mcp.server.transport_security import TransportSecuritySettings
from terminal import failing_in_one_sentence, load_encoder_visibly

from index.engines import engine_for
from service.config import BadSetting, Config
from service.mcp_tools import mcp_server
from service.serving import ServedIndex


def main() -> int:
    """Serve until the client goes or Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    with failing_in_one_sentence():
        config = Config.from_env()
        if config.mcp_port is not None and config.reading == "token":
            raise BadSetting(
                "VINDPLAATS_MCP_PORT cannot be used with VINDPLAATS_READING=token, as whoever reaches that port can "
                "read; leave it out and let the agent's program start this command"
            )
        engine = engine_for(config.engine, config.data)
        served = ServedIndex(config.data, load_encoder_visibly(config.model), engine)
        served.searcher()
        served.follow()
        server = mcp_server(served.searcher)
        if config.mcp_port is None:
            server.run("stdio")
        else:
            here = [f"127.0.0.1:{config.mcp_port}", f"localhost:{config.mcp_port}"]
            server.run(
                "streamable-http",
                host="127.0.0.1",
                port=config.mcp_port,
                stateless_http=True,
                # Else a web page could ask by a name of its own that leads to this machine (DNS rebinding).
                transport_security=TransportSecuritySettings(
                    allowed_hosts=here, allowed_origins=[f"http://{name}" for name in here]
                ),
            )
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
