#!/usr/bin/python3
"""panel.py DIR PORT SECRET: plays the provisioning system. Each call becomes a line of JSON in
DIR/calls; the answer is "STATUS BODY" in DIR/answer. A call whose signature is wrong gets 401."""
import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import sys
import time

PLACE = pathlib.Path(sys.argv[1])
KEY = base64.b64decode(sys.argv[3].removeprefix("whsec_"))


class Panel(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name, stamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        digest = hmac.new(KEY, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
        signed = "v1," + base64.b64encode(digest).decode() == self.headers["webhook-signature"]
        fresh = abs(time.time() - int(stamp)) < 300
        status, _, answer = (PLACE / "answer").read_text().strip().partition(" ")
        if not signed or not fresh:
            status, answer = "401", "the signature is wrong"
        call = {"id": name, "signed": signed, "body": json.loads(body)}
        with open(PLACE / "calls", "a", encoding="utf-8") as calls:
            calls.write(json.dumps(call) + "\n")
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(answer.encode())))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *arguments):
        pass


(PLACE / "calls").touch()
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), Panel)
(PLACE / "ready").touch()
server.serve_forever()
