#!/usr/bin/python3
"""fill.py PATH MAILDIR RECIPIENT [SENDER]: put mails straight into a Maildir of the lab, stamped
by the border as if they had come by SMTP. PATH is a directory of .eml with or without a manifest,
a Maildir, an mbox or one .eml. A mail without a manifest row has its Return-Path, or else its
From, as sender. Thousands a second, where LMTP takes hundreds. Prints how many. $LAB_PASSING
names the border's file of domains whose mail is authentic."""
import email.utils
import json
import mailbox
import os
import shutil
import sys

import border

DELIVERED = ("Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n"
             "Received: from mx.registrar.test\r\n\tby mail.registrar.test with LMTP id lab{n}\r\n"
             "\tfor <{recipient}>; {date}\r\n")


def sources(path):
    """(bytes, sender or None) of each mail, in a fixed order."""
    manifest = os.path.join(path, "manifest")
    if os.path.exists(manifest):
        with open(manifest, encoding="utf-8") as file:
            for row in map(json.loads, file):
                with open(os.path.join(path, row["file"]), "rb") as mail:
                    yield mail.read(), row["sender"]
    elif os.path.isdir(os.path.join(path, "cur")):
        for part in ("cur", "new"):
            folder = os.path.join(path, part)
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
                with open(os.path.join(folder, name), "rb") as mail:
                    yield mail.read(), None
    elif os.path.isdir(path):
        for folder, _, names in sorted(os.walk(path)):
            for name in sorted(names):
                if name.endswith((".eml", ".txt", ".msg")):
                    with open(os.path.join(folder, name), "rb") as mail:
                        yield mail.read(), None
    else:
        with open(path, "rb") as file:
            content = file.read()
        if content.startswith(b"From "):
            for key in (box := mailbox.mbox(path, create=False)).keys():
                yield box.get_bytes(key), None
        else:
            yield content, None


def sender_of(content):
    fields, _ = border.split(content)
    found = {}
    for field in fields:
        name, _, value = field.partition(b":")
        found.setdefault(name.strip().lower(), value.decode("utf-8", "replace").strip())
    path = found.get(b"return-path", found.get(b"from", ""))
    return email.utils.parseaddr(path)[1]


def main():
    path, maildir, recipient = sys.argv[1:4]
    passing = set(border.lines(os.environ["LAB_PASSING"]))
    home = os.path.dirname(maildir.rstrip("/"))
    owner = os.stat(os.path.dirname(home))
    made = [folder for folder in (home, maildir) if not os.path.isdir(folder)]
    for folder in ("cur", "new", "tmp"):
        if not os.path.isdir(os.path.join(maildir, folder)):
            os.makedirs(os.path.join(maildir, folder))
            made.append(os.path.join(maildir, folder))
    for folder in made:
        shutil.chown(folder, owner.st_uid, owner.st_gid)
    n, start = 0, len(os.listdir(os.path.join(maildir, "cur")))
    for content, sender in sources(path):
        sender = sender_of(content) if sender is None else sender
        date, n = email.utils.formatdate(1700000000 + n), n + 1
        head = DELIVERED.format(sender=sender, recipient=recipient, n=n, date=date)
        mail = head.encode() + border.stamp(content, sender, recipient, passing, seal=f"lab{n}")
        mail = mail.replace(b"\r\n", b"\n")
        name = (f"{1700000000 + start + n}.M{n}P{os.getpid()}.lab,"
                f"S={len(mail)},W={len(mail) + mail.count(10)}:2,")
        with open(os.path.join(maildir, "tmp", name), "wb") as file:
            file.write(mail)
        os.chown(file.name, owner.st_uid, owner.st_gid)
        os.rename(file.name, os.path.join(maildir, "cur", name))
    print(n)


if __name__ == "__main__":
    main()
