"""A stranger's subscriber: plain kombu, nothing of kiemdinh's.

    python subscriber.py AMQP_URL 'vn.kiemdinh.assessment.recognition-granted.v1' [COUNT [QUEUE]]

Binds a durable quorum queue of its own, called by its account, to the public exchange, prints each CloudEvent as one line of
JSON, acknowledges it only then, and leaves after COUNT events (for ever when left out).
"""

import sys
from urllib.parse import urlsplit

from kombu import Connection, Exchange, Queue

QUEUE_EXPIRES_MS = 7 * 24 * 3600 * 1000  # a queue nobody reads for a week goes; the HTTP feed has what it missed


def main(url: str, routing_key: str, count: int, name: str) -> None:
    exchange = Exchange("kiemdinh.events", type="topic", durable=True, passive=True)
    account = urlsplit(url).username
    queue = Queue(
        f"{account}.{name}",
        exchange,
        routing_key=routing_key,
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-expires": QUEUE_EXPIRES_MS},
    )
    left = count

    def on_message(message) -> None:  # kombu hands over the raw message
        nonlocal left
        body = message.body if isinstance(message.body, str) else bytes(message.body).decode()
        print(body, flush=True)
        message.ack()
        left -= 1

    with Connection(url, heartbeat=30) as connection:
        channel = connection.channel()
        channel.basic_qos(0, 1, False)
        bound = queue(channel)
        bound.declare()
        print("ready", file=sys.stderr, flush=True)
        with connection.Consumer([bound], channel=channel, on_message=on_message, accept=None):
            while count == 0 or left > 0:
                connection.drain_events(timeout=None)


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(given[1], given[2], int(given.get(3, "0")), given.get(4, "example"))
