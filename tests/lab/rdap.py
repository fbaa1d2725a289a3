#!/usr/bin/python3
"""rdap.py DIR TLSDIR PORT PLAINPORT: plays the list of RDAP servers, a registry and a registrar, on
localhost, with documents in the form of RFC 9083 and 9224. What is asked becomes a line in DIR/asked.

  /dns.json                   "example" is served by /registry/
  /registry/domain/NAME       by the first label of NAME:
    nested    the abuse contact beneath the registrar, twice
    thin      no abuse contact, but a link to the registrar's own document
    hidden    an abuse contact beneath the registrant only
    moved     301 to /registrar/, thrice on the way
    circle    301 to itself
    inside    301 to an address of a private network
    plain     301 to http
    busy      429, to come again in 300 seconds
    broken    200 with HTML
    other     an answer about another name
    large     2 MiB
    slow      nothing, until DIR/awake exists
    failing   500 while DIR/failing exists, then as nested
    anything else: 404
  /registrar/domain/NAME      as nested
Plain http on PLAINPORT has the same, to see that nobody comes."""
import http.server
import json
import os
import ssl
import sys
import threading
import time
import urllib.parse

PLACE, TLS, PORT, PLAIN = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
BASE = f"https://localhost:{PORT}"
TYPE = "application/rdap+json"


def card(name, address):
    return ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name],
                      ["email", {"type": "work"}, "text", address]]]


def entity(roles, name, address, *entities):
    return {"objectClassName": "entity", "roles": roles, "vcardArray": card(name, address),
            "entities": list(entities)}


def domain(name, *entities, links=()):
    return {"objectClassName": "domain", "ldhName": name.upper(), "handle": "D1-EXAMPLE",
            "rdapConformance": ["rdap_level_0"], "status": ["active"], "links": list(links),
            "entities": [entity(["registrant"], "Vera Private", "vera@people.test",
                                entity(["abuse"], "Vera", "vera@people.test")), *entities]}


def nested(name):
    abuse = entity(["abuse"], "Abuse", "mailto:Abuse@sample-registrar.test")
    return domain(name, entity(["registrar"], "Sample Registrar\u202e Ltd.", "office@sample-registrar.test",
                               entity(["technical"], "NOC", "noc@sample-registrar.test", abuse), abuse))


def thin(name):
    return domain(name, entity(["registrar"], "Sample Registrar Ltd.", "office@sample-registrar.test"),
                  links=[{"rel": "self", "href": f"{BASE}/registry/domain/{name}", "type": TYPE},
                         {"rel": "related", "href": f"{BASE}/registrar/domain/{name}", "type": TYPE}])


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def give(self, status, content, **headers):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def go(self, where):
        self.give(301, b"", Location=where)

    def do_GET(self):
        scheme = "https" if self.server.server_port == PORT else "http"
        with open(os.path.join(PLACE, "asked"), "a", encoding="utf-8") as asked:
            asked.write(f"{scheme} {self.path} {self.headers['Accept']}\n")
        path = urllib.parse.urlsplit(self.path)
        name = path.path.rpartition("/")[2]
        if path.path == "/dns.json":
            self.give(200, {"version": "1.0", "services": [
                [["test"], ["http://localhost:1/"]], [["example"], [f"{BASE}/registry"]]]},
                Cache_Control="max-age=7200")
        elif path.path.startswith("/registrar/"):
            self.give(200, nested(name), Content_Type=TYPE)
        elif path.path.startswith("/registry/domain/"):
            self.answer(name.partition(".")[0], name, path)
        else:
            self.give(404, b"")

    def answer(self, label, name, path):
        step = int(path.query or 0)
        if label == "moved":
            self.go(f"{self.path.partition('?')[0]}?{step + 1}" if step < 2 else f"/registrar/domain/{name}")
        elif label == "circle":
            self.go(f"/registry/domain/{name}?{step + 1}")
        elif label == "inside":
            self.go("https://10.0.0.1/domain/" + name)
        elif label == "plain":
            self.go(f"http://localhost:{PLAIN}/registrar/domain/{name}")
        elif label == "busy":
            self.give(429, b"", Retry_After="300")
        elif label == "broken":
            self.give(200, b"<html>Welcome</html>")
        elif label == "large":
            self.give(200, b" " * (2 << 20))
        elif label == "slow":
            while not os.path.exists(os.path.join(PLACE, "awake")):
                time.sleep(0.05)
            self.give(200, nested(name))
        elif label == "failing" and os.path.exists(os.path.join(PLACE, "failing")):
            self.give(500, b"")
        elif label in ("nested", "failing"):
            self.give(200, nested(name), Content_Type=TYPE)
        elif label == "thin":
            self.give(200, thin(name), Content_Type=TYPE)
        elif label == "other":
            self.give(200, nested("elsewhere.example"))
        elif label == "hidden":
            self.give(200, domain(name, entity(["registrar"], "Sample Registrar Ltd.", "not an address")))
        else:
            self.give(404, {"errorCode": 404, "title": "Not Found"})

    def log_message(self, *arguments):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that hangs up early is what some tests want


open(os.path.join(PLACE, "asked"), "w", encoding="utf-8").close()
plain, server = Quiet(("127.0.0.1", PLAIN), Server), Quiet(("127.0.0.1", PORT), Server)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(TLS, "server.pem"), os.path.join(TLS, "server.key"))
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=plain.serve_forever, daemon=True).start()
open(os.path.join(PLACE, "ready"), "w", encoding="utf-8").close()
server.serve_forever()
