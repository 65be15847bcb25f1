"""A webhook receiver that checks the signature (Standard Webhooks); standard library only.

    python webhook_receiver.py PORT SECRET_FILE

SECRET_FILE holds the secret shown when the webhook was registered (whsec_…). Each event that checks out is printed as
one line of JSON with its webhook id; anything else is answered 401. Answer 2xx quickly, also to what you do not want:
what is not answered so is sent again, with the same id, and holds up what follows from the same source. Of one
source, events come in the order of `sequence`; one may come twice.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

TOLERANCE_S = 300


def signed_by(secret: str, headers, body: bytes) -> bool:
    """Say whether the body carries a fresh signature made with the secret."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    given = [part.removeprefix("v1,") for part in headers.get("webhook-signature", "").split() if part.startswith("v1,")]
    return any(hmac.compare_digest(base64.b64encode(expected).decode(), one) for one in given)


class Receiver(BaseHTTPRequestHandler):
    secret_file: Path

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        secret = self.secret_file.read_text().strip() if self.secret_file.exists() else ""
        if not secret or not signed_by(secret, self.headers, body):
            self.send_response(401)
            self.end_headers()
            return
        print(json.dumps({"id": self.headers["webhook-id"], "event": json.loads(body)}, ensure_ascii=False), flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing on standard error."""


if __name__ == "__main__":
    Receiver.secret_file = Path(sys.argv[2])
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
