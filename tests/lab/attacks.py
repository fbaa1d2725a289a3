#!/usr/bin/python3
"""attacks.py make DIR | look MAILS LOG: outsiders who try to write our mails.

make: every value an outsider controls, with everything that could break out of it, as mails the
border hands on; DIR/recipients lists who may be written to. look: reads what the lab's server
received (a directory of Maildirs and the border's log) and names every mail with a header, a
recipient, a link or a character in it that is not ours. "evil" stands in each attempt."""
import base64
import email
import email.policy
import glob
import json
import os
import re
import sys

import answering

BREAKS = {
    "crlf": "x\r\nBcc: evil@evil.test\r\nX-Evil: 1", "lf": "x\nBcc: evil@evil.test\nX-Evil: 1",
    "cr": "x\rBcc: evil@evil.test\rX-Evil: 1", "nul": "x\0Bcc: evil@evil.test",
    "line": "x\u2028Bcc: evil@evil.test", "paragraph": "x\u2029X-Evil: 1 evil@evil.test",
    "next": "x\u0085Bcc: evil@evil.test", "bidi": "\u202etset.live\u202c evil@evil.test \u2066x",
    "tab": "x\r\n\tevil@evil.test", "body": "x\r\n\r\nhttps://evil.test/live evil@evil.test",
    "word": "=?utf-8?q?x=0D=0ABcc:_evil@evil.test?=", "link": "https://evil.test/live?x=1 www.evil.test",
    "html": "<a href=\"https://evil.test/\">evil.test</a>", "dots": "evil\u3002test evil\uff0etest evil@evil.test",
    "template": "{{token}}{{#domains}} evil.test", "long": "evil" * 2560,
    "list": "evil@evil.test, evil2@evil.test", "route": "<@evil.test:evil@evil.test>", "quote": "\"x\r\nBcc: evil@evil.test\" evil@evil.test"}
OURS = {"from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "x-complaintd", "auto-submitted",
        "x-auto-response-suppress", "mime-version", "content-type", "content-transfer-encoding",
        # the border and Dovecot
        "return-path", "delivered-to", "received", "authentication-results"}
LINK = re.compile(r"evil(?!\[)[.\u3002\uff0e]test|evil@|https?://(?!www\.registrar\.test)", re.I)
HARM = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def word(text):
    return "=?utf-8?b?" + base64.b64encode(text.encode()).decode() + "?="


def report(who, domain="grove-1.example", **more):
    """A spam report with the mail attached; `more` replaces fields of the outer mail and of the inner one."""
    outer = {"From": f"Ann <{who}>", "To": "abuse@registrar.test", "Subject": "spam", "MIME-Version": "1.0",
             "Content-Type": 'multipart/mixed; boundary="=_b"'}
    inner = {"From": f"Deals <news@{domain}>", "To": f"<{who}>", "Subject": "Offer", "Message-ID": f"<1@{domain}>"}
    for name, value in more.items():
        (inner if name.startswith("inner_") else outer)[name.removeprefix("inner_").replace("_", "-")] = value
    text, link = outer.pop("text", "see below"), outer.pop("link", f"https://www.{domain}/x")
    head = "".join(f"{name}: {value}\n" for name, value in outer.items())
    spam = "".join(f"{name}: {value}\n" for name, value in inner.items())
    return (f"{head}\n--=_b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n--=_b\nContent-Type: message/rfc822\n\n"
            f"{spam}Content-Type: text/plain; charset=utf-8\n\n{link}\n--=_b--\n")


FIELDS = {
    "subject": lambda w, x: report(w, Subject=word(x)),
    "raw-subject": lambda w, x: report(w, Subject=x),
    "name": lambda w, x: report(w, From=f"{word(x)} <{w}>"),
    "raw-name": lambda w, x: report(w, From=f"\"{x}\" <{w}>"),
    "comment": lambda w, x: report(w, From=f"{w} ({x})"),
    "message-id": lambda w, x: report(w, Message_ID=f"<{x}@mailboxes.test>"),
    "references": lambda w, x: report(w, References=f"<a@b.test> <{x}@b.test>", In_Reply_To=f"<{x}>"),
    "reply-to": lambda w, x: report(w, Reply_To=f"{x} <evil@evil.test>"),
    "text": lambda w, x: report(w, text=x),
    "link": lambda w, x: report(w, link=f"https://www.grove-1.example/{x}"),
    "domain": lambda w, x: report(w, link=f"https://{x}.grove-2.example/ https://grove-1.example.{x}/"),
    "inner-from": lambda w, x: report(w, inner_From=f"{x} <news@grove-1.example>", inner_Subject=word(x)),
    "inner-id": lambda w, x: report(w, inner_Message_ID=f"<{x}@grove-1.example>"),
    "claim": lambda w, x: report(w, Subject="Whois complaint", text=f"The whois data of grove-3.example are wrong. Registrant phone: {x}"),
    "authority": lambda w, x: report(w, Subject=word("Request by the police " + x), text="Police department: preservation request "
                                     "under section 100 of the code of criminal procedure about grove-1.example."),
    "quarantine": lambda w, x: report(w, Subject=word(x), Auto_Submitted="auto-replied"),
}


def make(directory):
    passing, n, recipients = ["mailboxes.test", "north.test"], 0, set()
    os.makedirs(directory)
    good = "".join(f"cedar-{1 + k % 6}.example,caller{k}@freemail.test\n" for k in range(60))
    bad = "".join(f"cedar-1.example,{word}\n" for word in BREAKS.values() if not re.search(r"[\r\n]", word))
    mails = [("abuse@north.test", f"From: abuse@north.test\nTo: abuse@registrar.test\nSubject: list\n\n{good}{bad}")]
    for name, field in FIELDS.items():
        for key, value in BREAKS.items():
            who = f"{name}-{key}@d{len(mails) % 9}.mailboxes.test"
            mails.append((who, field(who, value)))
    for who, content in mails:
        recipients.add(who)
        with open(f"{directory}/{n:04d}.eml", "wb") as file:
            file.write(answering.delivered(n, who, content, None, True, passing))
        n += 1
    with open(f"{directory}/recipients.tsv", "w", encoding="utf-8") as file:
        file.writelines(who + "\n" for who in sorted(recipients))


def faults(raw, box):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    head = raw.partition(b"\r\n\r\n")[0] if b"\r\n\r\n" in raw else raw.partition(b"\n\n")[0]
    names = [name.lower() for name in mail.keys()]
    yield from (f"header {name}" for name in names if name not in OURS)
    yield from (f"twice {name}" for name in OURS - {"received", "authentication-results"} if names.count(name) > 1)
    to = email.utils.getaddresses(mail.get_all("To"))
    if [address.lower() for _, address in to] != [box] or mail.get_all("Cc") or mail.get_all("Bcc"):
        yield f"recipients {to}"
    ids = ("in-reply-to", "references", "to", "delivered-to", "received")
    for name, value in mail.items():
        if name.lower() not in ids and ("evil" in value.lower() or HARM.search(value)):
            yield f"{name}: {value!r}"
    for value in (mail.get("In-Reply-To"), mail.get("References")):
        if value and not re.fullmatch(r"(<[!-;=?-~]+@[!-;=?-~]+>\s*)+", value):
            yield f"id {value!r}"
    if any(len(line) > 998 for line in head.split(b"\n")):
        yield "a line too long"
    text = mail.get_content()
    yield from (f"link {found.group()!r}" for found in LINK.finditer(text))
    yield from (f"character {found.group()!r}" for found in HARM.finditer(text.replace("\r\n", "\n")))


def look(mails, log):
    seen = 0
    for path in sorted(glob.glob(f"{mails}/*/Maildir/*/*")):
        box = path[len(mails) + 1:].partition("/")[0]
        if path.split("/")[-2] not in ("new", "cur"):
            continue
        with open(path, "rb") as file:
            raw = file.read()
        seen += 1
        for fault in faults(raw, box):
            print(f"{box}: {fault}"[:300])
    with open(log, encoding="utf-8") as file:
        for row in map(json.loads, file):
            if "evil.test" in row["to"]:
                print(f"sent to {row['to']}")
    print(f"{seen} mails")


if __name__ == "__main__":
    make(sys.argv[2]) if sys.argv[1] == "make" else look(*sys.argv[2:4])
