#!/usr/bin/python3
"""answering.py TABLE DIR: the mails of tests/data/answering/mails.tsv, as the border would hand them on.

A row has three columns: what is expected, the mail to start from, and what differs in it.
Expected is the kind of the answer, or ack_reason and the kind of the mail. The mail is a call of
lab/complaints.py ("person grove-1.example {who} attached"), or one of
  mail       a few lines to the desk, from {who}
  answer     the same, as an answer to a mail of ours
  report     a spam report by {who}: the mail attached, about grove-1.example
{who} is an address of the row's own, {n} its number. Differences stand between " | ":
  Name: value    in place of that field, or new;   +Name: value   a second one;   -Name   without it
  envelope: x    the envelope's sender, nothing: the null sender;   -envelope   no Return-Path at all
  auth: text     in place of the border's results;   -auth   none
  body: text     the text, \\n for a new line;   nested   the report in three multiparts, in base64
DIR gets the mails, NNN.eml, and "expected.tsv": sha256, row, expectation."""
import base64
import hashlib
import os
import re
import sys

import border
import complaints

DESK = "abuse@registrar.test"
HEAD = ("Return-Path: <{sender}>\nDelivered-To: {desk}\nReceived: from mx.registrar.test\n"
        "\tby mail.registrar.test with LMTP id row{n}\n\tfor <{desk}>; Sun, 1 Mar 2026 12:00:00 +0000\n")
ANSWERED = "o999999-0123456789abcdef@registrar.test"


class Caught(complaints.Mails):
    """Keeps the mail instead of writing it."""

    def __init__(self, n):
        import random
        self.random, self.n, self.sender, self.content = random.Random(n), n, "", b""

    def add(self, kind, sender, content, complaints=()):
        if not self.content:
            self.sender, self.content = sender, content.encode() if isinstance(content, str) else content


def start(n, call, who):
    mails, (name, *rest) = Caught(n), call.split()
    if name in ("mail", "answer"):
        more = f"In-Reply-To: <{ANSWERED}>\nReferences: <{ANSWERED}>\n" if name == "answer" else ""
        mails.add(name, who, mails.head(f"Ann Example <{who}>", "Hello", more) +
                  "Content-Type: text/plain; charset=utf-8\n\nHello,\n\nregards\n")
    elif name == "report":
        complaints.person(mails, "grove-1.example", f"Ann Example <{who}>", "attached")
    elif name == "batch":
        complaints.batch(mails, rest[0], [tuple(pair.split(",")) for pair in rest[1:]])
    else:
        getattr(complaints, name)(mails, *rest)
    return mails.sender, mails.content.decode("utf-8", "surrogateescape")


def nested(body):
    """The parts of a multipart, each layer in another and the inmost in base64."""
    inner = f'Content-Type: multipart/mixed; boundary="{body[0]}"\n\n{body[1]}'
    for layer in ("related", "alternative", "mixed"):
        inner = f'Content-Type: multipart/{layer}; boundary="=_{layer}"\n\n--=_{layer}\n{inner}\n--=_{layer}--\n'
    return inner


def edited(n, sender, content, edits):
    head, _, body = content.partition("\n\n")
    fields = [f.decode("utf-8", "surrogateescape").rstrip("\n")
              for f in border.split(head.encode("utf-8", "surrogateescape") + b"\n")[0]]
    auth, path = None, True

    def without(name):
        return [f for f in fields if f.partition(":")[0].lower() != name.lower()]

    for edit in filter(None, edits.split(" | ")):
        edit = edit.replace("\\n", "\n").replace("\\t", "\t")
        name, _, value = edit.partition(":")
        value = value.strip(" ")
        if name == "envelope":
            sender = value
        elif edit == "-envelope":
            path = False
        elif name == "auth":
            auth = value
        elif edit == "-auth":
            auth = ""
        elif name == "body":
            body = value + "\n"
        elif edit == "nested":
            mark = re.search(r'boundary="([^"]*)"', head).group(1)
            part = nested((mark, body)).partition("\n\n")
            fields, body = without("Content-Type") + [part[0]], part[2]
        elif edit == "base64":
            body = base64.encodebytes(body.encode()).decode()
            fields.append("Content-Transfer-Encoding: base64")
        elif edit.startswith("-"):
            fields = without(edit[1:])
        elif edit.startswith("+"):
            fields.append(edit[1:])
        else:
            fields = without(name) + [edit]
    return sender, "\n".join(fields) + "\n\n" + body, auth, path


def delivered(n, sender, content, auth, path, passing):
    raw = border.stamp(content.encode("utf-8", "surrogateescape"), sender, DESK, passing, seal=f"row{n}")
    if auth is not None:
        field = f"Authentication-Results: {auth}\r\n".encode() if auth else b""
        raw = field + re.sub(rb"\AAuthentication-Results:(.|\r\n\t)*\r\n", b"", raw, count=1)
    head = HEAD.format(sender=sender, desk=DESK, n=n)
    head = head if path else head.partition("\n")[2]
    return (head.encode() + raw).replace(b"\r\n", b"\n")


def main():
    table, directory = sys.argv[1:3]
    passing = set(border.lines(os.environ["LAB_PASSING"]))
    os.makedirs(directory, exist_ok=True)
    expected = open(os.path.join(directory, "expected.tsv"), "w", encoding="utf-8")
    n = 0
    with open(table, encoding="utf-8") as rows:
        for row in rows:
            if row.startswith("#") or not row.strip():
                continue
            n += 1
            want, call, edits = (row.rstrip("\n").split("\t") + ["", ""])[:3]
            who = f"p{n}@mailboxes.test"
            call, edits = (text.replace("{who}", who).replace("{n}", str(n)) for text in (call, edits))
            sender, content, auth, path = edited(n, *start(n, call, who), edits)
            mail = delivered(n, sender, content, auth, path, passing)
            with open(os.path.join(directory, f"{n:03d}.eml"), "wb") as file:
                file.write(mail)
            print(hashlib.sha256(mail).hexdigest(), f"{n:03d} {call} | {edits}"[:150], want, sep="\t", file=expected)
    print(n)


if __name__ == "__main__":
    main()
