#!/usr/bin/python3
"""border.py DIR TLSDIR MX SUBMISSION LMTP: the lab's mail server.

MX takes mail from the world as a border does: it deletes foreign Authentication-Results that
bear our name, adds its own and its Received, and delivers to Dovecot, whoever the recipient is.
SUBMISSION (STARTTLS, AUTH) is the relay of complaintd. Files in DIR steer and show it:

  passing  domains whose mail, and whose subdomains' mail, is authentic, one a line; "*" is all
  faults   "PATTERN WHAT" a line: recipients that fit meet a reply such as "451", or "cut":
           delivered, but the connection closes before the 250
  log      one JSON object for each mail and recipient
"""
import asyncio
import email.utils
import fnmatch
import json
import logging
import os
import re
import secrets
import signal
import smtplib
import ssl
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HOST = "mx.registrar.test"
USER = "relay@registrar.test"
FIELD = re.compile(rb"[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|$)")


def split(content):
    """The header fields, folded lines kept whole, and the rest."""
    fields, at = [], 0
    while at < len(content):
        if content[at:at + 1] in (b"\n", b"\r"):
            break
        match = FIELD.match(content, at)
        field = match.group() if match else b""
        if b":" not in field.split(b"\n", 1)[0]:
            break
        fields.append(field)
        at += len(field)
    return fields, content[at:]


def foreign(field):
    """Fields only we may write: our Authentication-Results, and the Return-Path."""
    name, _, value = field.partition(b":")
    name = name.strip().lower()
    return name == b"return-path" or (name == b"authentication-results" and
                                      value.strip().lower().startswith(HOST.encode()))


def from_domain(fields):
    for field in fields:
        name, _, value = field.partition(b":")
        if name.strip().lower() == b"from":
            address = email.utils.parseaddr(value.decode("utf-8", "replace").strip())[1]
            return address.rpartition("@")[2].lower()
    return ""


def stamp(content, sender, recipient, passing, helo="client.test", seal=None):
    """The mail as the border hands it on."""
    fields, rest = split(content)
    domain = from_domain(fields)
    parents = {domain[n:] for n in [0] + [m.end() for m in re.finditer(r"\.", domain)]}
    good = domain and ("*" in passing or parents & set(passing))
    result = "pass" if good else "fail"
    spf = f"spf={result} smtp.mailfrom={sender}" if sender else "spf=none smtp.mailfrom=<>"
    dkim = f"dkim=pass header.d={domain}; " if good else "dkim=none; "
    head = (f"Authentication-Results: {HOST};\r\n\t{dkim}{spf};\r\n"
            f"\tdmarc={result} header.from={domain or 'invalid'}\r\n"
            f"Received: from {helo} ({helo} [127.0.0.1])\r\n\tby {HOST} (lab) with ESMTP id "
            f"{seal or secrets.token_hex(6)}\r\n\tfor <{recipient}>; {email.utils.formatdate()}\r\n")
    return head.encode() + b"".join(f for f in fields if not foreign(f)) + rest


def lines(path):
    try:
        with open(path, encoding="utf-8") as file:
            return [line.strip() for line in file if line.strip()]
    except FileNotFoundError:
        return []


class Border:
    """What both ports do with a mail."""

    def __init__(self, directory, lmtp):
        self.directory, self.lmtp = directory, lmtp
        self.threads = ThreadPoolExecutor(4)
        self.mine = threading.local()
        self.log = open(os.path.join(directory, "log"), "a", encoding="utf-8", buffering=1)
        self.writing = threading.Lock()

    def fault(self, recipient):
        for line in lines(os.path.join(self.directory, "faults")):
            pattern, _, what = line.partition(" ")
            if fnmatch.fnmatch(recipient.lower(), pattern):
                return what
        return None

    def note(self, role, envelope, recipient, result):
        fields, _ = split(envelope.original_content)
        ids = [f.partition(b":")[2].strip().decode("utf-8", "replace") for f in fields
               if f.lower().startswith(b"message-id:")]
        with self.writing:
            print(json.dumps({"time": time.time(), "port": role,
                              "from": (envelope.mail_from or "").strip("<>"),
                              "to": recipient, "message_id": ids[0] if ids else None,
                              "size": len(envelope.original_content), "result": result}),
                  file=self.log)

    def deliver(self, sender, recipient, content):
        # One recipient a time: LMTP answers for each, smtplib reads one answer.
        for last in (False, True):
            try:
                if not getattr(self.mine, "lmtp", None):
                    self.mine.lmtp = smtplib.LMTP("127.0.0.1", self.lmtp)
                self.mine.lmtp.sendmail(sender, [recipient], content)
                return "250 2.0.0 delivered"
            except smtplib.SMTPRecipientsRefused as refused:
                code, text = next(iter(refused.recipients.values()))
                return f"{code} {text.decode('utf-8', 'replace')[:200]}"
            except (smtplib.SMTPException, OSError) as error:
                self.mine.lmtp = None
                if last:
                    return "451 4.3.0 " + str(error).replace("\n", " ")[:200]
        return "451 4.3.0 not delivered"

    def take(self, role, session, envelope):
        passing = {line.lower() for line in lines(os.path.join(self.directory, "passing"))}
        sender, reply = (envelope.mail_from or "").strip("<>"), "554 5.5.1 no recipient"
        for recipient in envelope.rcpt_tos:
            fault = self.fault(recipient)
            if fault and fault != "cut":
                reply = f"{fault} told so"
            else:
                content = stamp(envelope.original_content, sender, recipient, passing,
                                session.host_name or "client.test")
                reply = self.deliver(sender, recipient, content)
            self.note(role, envelope, recipient, "cut" if fault == "cut" else reply)
            if fault == "cut":
                return None
        return reply


def server_class():
    from aiosmtpd.smtp import SMTP

    class Server(SMTP):
        line_length_limit = 1 << 20  # what people send does not keep to 998
        command_size_limit = 2048
    return Server


class Port:
    """One listening port; the role says which."""

    def __init__(self, border, role):
        self.border, self.role = border, role

    async def handle_DATA(self, server, session, envelope):
        reply = await asyncio.get_running_loop().run_in_executor(
            self.border.threads, self.border.take, self.role, session, envelope)
        if reply is None:
            server.transport.close()
            return "421 gone"
        return reply


async def main():
    from aiosmtpd.smtp import AuthResult

    directory, tls, mx, submission, lmtp = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    password = os.environ["LAB_PASSWORD"].encode()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls + "/server.pem", tls + "/server.key")

    def authenticate(_server, _session, _envelope, _mechanism, data):
        good = (data.login, data.password) == (USER.encode(), password)
        return AuthResult(success=good, handled=False)

    logging.disable(logging.WARNING)  # aiosmtpd warns of its own future
    border, Server = Border(directory, lmtp), server_class()
    common = {"hostname": HOST, "enable_SMTPUTF8": True, "data_size_limit": 100 << 20,
              "tls_context": context, "timeout": 600}
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(
            lambda: Server(Port(border, "mx"), **common), "127.0.0.1", mx),
        await loop.create_server(
            lambda: Server(Port(border, "submission"), require_starttls=True, auth_required=True,
                           auth_require_tls=True, authenticator=authenticate, **common),
            "127.0.0.1", submission)]
    print("ready", flush=True)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    for server in servers:
        server.close()
    os._exit(0)  # clients that stay connected must not keep the port


if __name__ == "__main__":
    asyncio.run(main())
