"""Reads a news feed over a plain socket. Logging is set up by logging.config.dictConfig, spanlog as one handler of it.

The first peer accepts connections and never answers; the second answers with something that is not JSON, or
with an article that lacks its text. Records of each run carry a session of their own.
"""

import json
import logging
import logging.config
import socket
import threading

logging.config.dictConfig(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"spanlog": {"class": "spanlog.SpanlogHandler", "agent_id": "news-reader", "category": "news"}},
        "root": {"level": "DEBUG", "handlers": ["spanlog"]},
    }
)

logger = logging.getLogger("reader")

ARTICLES = [
    b'{"title": "Rates unchanged", "text": "The bank leaves its rate where it is."}\n',
    b'{"title": "Markets open"}\n',
    b"<html>Bad gateway</html>\n",
]


def serve(feed):
    for number in range(9):
        try:
            connection, _ = feed.accept()
        except OSError:
            return
        with connection:
            connection.sendall(ARTICLES[number % len(ARTICLES)])


def fetch(address):
    with socket.create_connection(address, timeout=0.2) as connection:
        return connection.makefile("rb").readline()


def summarise(line):
    article = json.loads(line)
    return f"{article['title']}: {len(article['text'].split())} words"


def read(address, session):
    context = {"session_key": session, "peer": f"{address[0]}:{address[1]}"}
    try:
        line = fetch(address)
        logger.debug("received %d bytes", len(line), extra=context)
        logger.info("article %s", summarise(line), extra=context)
    except TimeoutError:
        logger.exception("the feed does not answer", extra=context)
    except json.JSONDecodeError as error:
        logger.exception("not an article: %r", error.doc, extra=context)
    except KeyError as error:
        logger.exception("the article has no %s", error, extra=context)


def main():
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as feed:
        serving = threading.Thread(target=serve, args=(feed,))
        serving.start()
        for number in range(3):
            read(silent.getsockname(), f"morning-{number}")
        for number in range(9):
            read(feed.getsockname(), f"evening-{number}")
        serving.join()


if __name__ == "__main__":
    main()
