#!/usr/bin/python3
"""imap.py VERB USER [FOLDER] [N]: look into a mailbox of the lab, by IMAP over verified TLS.

  count USER [FOLDER]      how many mails lie there (0 when the folder does not exist)
  list USER [FOLDER]       one JSON object a mail: headers and text
  raw USER FOLDER N        the N-th mail, byte for byte
  append USER FOLDER FILE  put a file there
  folders USER             their names
  table USER...            the mails of many inboxes: recipient, sender's name, subject

The port, the CA and the password come from $LAB_IMAPS, $LAB_TLS and $LAB_PASSWORD."""
import email
import email.policy
import email.utils
import imaplib
import json
import os
import ssl
import sys

HEADERS = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
           "Reply-To", "Return-Path", "Auto-Submitted", "Delivered-To")


def connect(user):
    context = ssl.create_default_context(cafile=os.environ["LAB_TLS"] + "/ca.pem")
    box = imaplib.IMAP4_SSL("localhost", int(os.environ["LAB_IMAPS"]), ssl_context=context)
    box.login(user, os.environ["LAB_PASSWORD"])
    return box


def count(box, folder):
    status, data = box.select(f'"{folder}"', readonly=True)
    return int(data[0]) if status == "OK" else 0


def mails(box, folder):
    if not count(box, folder):
        return
    _, data = box.fetch("1:*", "(BODY.PEEK[])")
    for part in data:
        if isinstance(part, tuple):
            yield part[1]


def described(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    entry = {name.lower().replace("-", "_"): str(mail[name]) for name in HEADERS if mail[name]}
    text = mail.get_body(("plain", "html"))
    try:
        entry["text"] = text.get_content() if text else ""
    except (LookupError, UnicodeError):
        entry["text"] = text.get_payload()
    return entry


def table(users):
    for user in users:
        box = connect(user)
        for raw in mails(box, "INBOX"):
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            sender = email.utils.parseaddr(str(mail["From"]))
            print(f"{user:28.28} {sender[0] or sender[1]:30.30} {' '.join(str(mail['Subject']).split())}")
        box.logout()


def main():
    imaplib._MAXLINE = 10_000_000
    if sys.argv[1] == "table":
        return table(sys.argv[2:])
    verb, user, folder = sys.argv[1], sys.argv[2], (sys.argv[3:] + ["INBOX"])[0]
    box = connect(user)
    if verb == "count":
        print(count(box, folder))
    elif verb == "list":
        for raw in mails(box, folder):
            print(json.dumps(described(raw), ensure_ascii=False))
    elif verb == "raw":
        count(box, folder)
        sys.stdout.buffer.write(box.fetch(sys.argv[4], "(BODY.PEEK[])")[1][0][1])
    elif verb == "append":
        with open(sys.argv[4], "rb") as file:
            status, data = box.append(f'"{folder}"', None, None, file.read())
        if status != "OK":
            sys.exit(data[0].decode())
    elif verb == "folders":
        for line in box.list()[1]:
            print(line.decode().rpartition('"/" ')[2].strip('"'))
    else:
        sys.exit(__doc__)
    box.logout()


if __name__ == "__main__":
    main()
