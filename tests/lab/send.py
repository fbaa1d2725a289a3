#!/usr/bin/python3
"""send.py FROM TO FILE... | --manifest FILE TO | --path PATH TO: mail to the lab's MX by SMTP.

A manifest has a JSON object a line with "file" (beside it) and "sender" ("" is the null sender).
A path is a Maildir, an mbox or a directory of .eml; its mails come from their Return-Path or From.
The port comes from $LAB_MX. Prints how many were accepted; a refusal is an error."""
import json
import os
import re
import smtplib
import sys
from concurrent.futures import ThreadPoolExecutor

import fill


def read(path):
    with open(path, "rb") as file:
        return file.read()


def send_all(pairs, recipient):
    with smtplib.SMTP("127.0.0.1", int(os.environ["LAB_MX"]), local_hostname="client.test") as mx:
        for sender, content in pairs:
            # No MTA hands bare line ends on.
            mx.sendmail(sender, [recipient], re.sub(rb"\r?\n", b"\r\n", content))
    return len(pairs)


def sender_in(content):
    """Who sent a mail that was kept in a file; nobody if that makes no address."""
    sender = fill.sender_of(content)
    return sender if re.fullmatch(r"[!-;=?-~]+@[!-;=?-~]+", sender) else ""


def main():
    if sys.argv[1] == "--manifest":
        folder, recipient = os.path.dirname(sys.argv[2]), sys.argv[3]
        with open(sys.argv[2], encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        pairs = [(row["sender"], read(os.path.join(folder, row["file"]))) for row in rows]
    elif sys.argv[1] == "--path":
        recipient = sys.argv[3]
        pairs = [(sender_in(content), content) for content, _ in fill.sources(sys.argv[2])]
    else:
        recipient = sys.argv[2]
        pairs = [(sys.argv[1], read(path)) for path in sys.argv[3:]]
    shares = [pairs[n::4] for n in range(4) if pairs[n::4]]
    with ThreadPoolExecutor(4) as pool:
        print(sum(pool.map(lambda share: send_all(share, recipient), shares)))


if __name__ == "__main__":
    main()
