#!/usr/bin/python3
"""complaints.py DIR [--set demo|load|arf|loop | --one CALL] [--count N] [--seed S]: complaints, written here.

  demo  about a hundred mails: every kind an abuse mailbox gets (the default)
  load  N mails, mostly feedback reports, some people and some that are no complaint
  arf   N feedback reports of 3 to 9 KB, as a bench needs them
  loop  a feedback loop's reports about the mails of a bulk mailer, recipients cut out: one for each
        line of standard input, "RECIPIENT TOKEN"; every eighth comes twice, every tenth is not-spam,
        every other tenth opt-out

CALL is one kind and its arguments, such as "arf shop.example reader@mailboxes.test".
DIR gets the mails and "manifest", a JSON object a line: file, sender (the envelope's, "" is null),
kind and complaints, a list of [domain, complainant] pairs that are to be counted. All names are
reserved ones; the inventory is tests/data/demo/domains.csv."""
import argparse
import base64
import csv
import email.utils
import gzip
import json
import os
import random
import sys
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
INVENTORY = os.path.join(HERE, "..", "data", "demo", "domains.csv")
TO = "abuse@registrar.test"
NOON = 1772366400  # 2026-03-01 12:00 UTC; nothing here looks at the clock

WORDS = ("offer today special price limited member account order health travel credit bonus "
         "winner update invoice shipping premium secret letter summer winter garden family "
         "office simple quick best free new only click visit reply save half").split()


class Mails:
    """Writes mails and the manifest, and knows what is random."""

    def __init__(self, directory, seed):
        self.directory, self.random, self.n = directory, random.Random(seed), 0
        os.makedirs(directory, exist_ok=True)
        self.manifest = open(os.path.join(directory, "manifest"), "w", encoding="utf-8")

    def add(self, kind, sender, content, complaints=()):
        self.n += 1
        name = f"{self.n:05d}-{kind}.eml"
        if isinstance(content, str):
            content = content.encode("utf-8")
        with open(os.path.join(self.directory, name), "wb") as file:
            file.write(content if kind == "noise" else
                       content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        print(json.dumps({"file": name, "sender": sender, "kind": kind,
                          "complaints": [list(pair) for pair in complaints]}),
              file=self.manifest)

    def date(self):
        return email.utils.formatdate(NOON + self.n * 61)

    def head(self, who, subject, more="", to=TO):
        return (f"From: {who}\nTo: {to}\nSubject: {subject}\nDate: {self.date()}\n"
                f"Message-ID: <{self.n}.{self.random.randrange(16**8):08x}@"
                f"{email.utils.parseaddr(who)[1].rpartition('@')[2]}>\nMIME-Version: 1.0\n{more}")

    def prose(self, words):
        return textwrap.fill(" ".join(self.random.choice(WORDS) for _ in range(words)), 72)

    def boundary(self):
        return f"=_lab_{self.n}_{self.random.randrange(10**9)}"


def spam(mails, domain, victim, address="203.0.113.10", words=60, subject=None):
    """The mail that is complained about, as its recipient got it."""
    subject = subject or " ".join(mails.random.choice(WORDS) for _ in range(4)).capitalize()
    number = mails.random.randrange(10**9)
    return (f"Return-Path: <bounce-{number}@{domain}>\n"
            f"Received: from out.{domain} (out.{domain} [{address}])\n"
            f"\tby mx.mailboxes.test with ESMTPS id {number:x}\n\tfor <{victim}>; {mails.date()}\n"
            f"DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s=lab; h=from:to:subject;\n"
            f"\tbh=bGFi; b=bGFi\n"
            f"From: Deals <news@{domain}>\nTo: <{victim}>\nSubject: {subject}\nDate: {mails.date()}\n"
            f"Message-ID: <{number}.spam@{domain}>\nMIME-Version: 1.0\n"
            f"List-Unsubscribe: <https://www.{domain}/unsubscribe/{number}>\n"
            f"Content-Type: text/plain; charset=utf-8\n\n"
            f"{mails.prose(words)}\n\nhttps://www.{domain}/offer?id={number}\n")


def multipart(mails, kind, parts):
    """Content-Type field and body of a multipart out of ready parts."""
    mark = mails.boundary()
    body = "".join(f"--{mark}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n{body}--{mark}--\n'


def arf(mails, domain, victim, feedback="abuse", address="203.0.113.10", headers_only=False,
        provider="feedback.test", words=60, extra=""):
    original = spam(mails, domain, victim, address, words)
    sender = f"loop-{mails.random.randrange(999)}@{provider}"
    fields = (f"Content-Type: message/feedback-report\n\nFeedback-Type: {feedback}\n"
              f"User-Agent: ExampleLoop/1.2\nVersion: 1\nOriginal-Mail-From: <news@{domain}>\n"
              f"Original-Rcpt-To: <{victim}>\nArrival-Date: {mails.date()}\n"
              f"Source-IP: {address}\nReported-Domain: {domain}\n"
              f"Reported-Uri: https://www.{domain}/offer\n{extra}")
    if headers_only:
        third = "Content-Type: text/rfc822-headers\n\n" + original.partition("\n\n")[0] + "\n"
    else:
        third = "Content-Type: message/rfc822\n\n" + original
    text = ("Content-Type: text/plain; charset=us-ascii\n\nThis is an email abuse report for a "
            f"message received from {address}.\n")
    head = mails.head(f"Feedback Loop <fbl@{provider}>", f"FW: report {mails.n}")
    body = multipart(mails, "report; report-type=feedback-report", [text, fields, third])
    mails.add("arf", sender, head + body, [(domain, victim)])


def redacted(mails, token, domain, feedback="abuse", address="192.0.2.130"):
    """As big providers send them: only what they can't know to be the recipient's is left."""
    original = (f"Return-Path: <redacted>\nDKIM-Signature: v=1; a=rsa-sha256; d={domain}; s=lab; h=from:subject;\n"
                f"\tbh=bGFi; b=bGFi\nFrom: Spring Shop <news@{domain}>\nTo: redacted\nSubject: Spring sale\n"
                f"Date: {mails.date()}\nMessage-ID: <{token}@mailer.test>\n"
                f"Content-Type: text/plain\n\n{mails.prose(40)}\n")
    fields = (f"Content-Type: message/feedback-report\n\nFeedback-Type: {feedback}\nUser-Agent: ExampleLoop/1.2\n"
              f"Version: 1\nArrival-Date: {mails.date()}\nSource-IP: {address}\n")
    text = "Content-Type: text/plain; charset=us-ascii\n\nThis is an email abuse report.\n"
    head = mails.head("Feedback Loop <fbl@feedback.test>", "FW: Spring sale")
    body = multipart(mails, "report; report-type=feedback-report",
                     [text, fields, "Content-Type: message/rfc822\n\n" + original])
    mails.add("arf", f"loop-{mails.random.randrange(999)}@feedback.test", head + body)


def loop(mails, _):
    for n, line in enumerate(sys.stdin):
        token = line.split()[1]
        for _copy in range(2 if n % 8 == 7 else 1):
            redacted(mails, token, "letters.cedar.example", {4: "not-spam", 9: "opt-out"}.get(n % 10, "abuse"))


def xarf(mails, domain, address, kind=("messaging", "spam")):
    document = {
        "xarf_version": "4.0.0", "report_id": f"00000000-0000-4000-8000-{mails.n:012d}",
        "timestamp": "2026-03-01T11:00:00Z", "source_identifier": address, "source_port": 25,
        "reporter": {"org": "Incident Centre", "contact": "reports@incidents.test",
                     "domain": "incidents.test"},
        "sender": {"org": "Incident Centre", "contact": "reports@incidents.test",
                   "domain": "incidents.test"},
        "category": kind[0], "type": kind[1], "evidence_source": "spamtrap"}
    if kind[0] == "messaging":
        document.update(protocol="smtp", smtp_from=f"news@{domain}", subject="Offer")
    else:
        document.update(url=f"https://www.{domain}/login/", domain=domain)
    data = base64.encodebytes(json.dumps(document, indent=1).encode()).decode()
    parts = ["Content-Type: text/plain\n\nA report in XARF 4 is attached.\n",
             "Content-Type: message/feedback-report\n\nFeedback-Type: xarf\n"
             "User-Agent: ExampleXARF/4\nVersion: 1\n",
             "Content-Type: application/json; name=xarf.json\n"
             "Content-Disposition: attachment; filename=xarf.json\n"
             f"Content-Transfer-Encoding: base64\n\n{data}"]
    mails.add("xarf", "reports@incidents.test",
              mails.head("Incident Centre <reports@incidents.test>", f"XARF report {mails.n}") +
              multipart(mails, "report; report-type=feedback-report", parts),
              [(domain, "reports@incidents.test")])


def x_arf(mails, address):
    report = ("---\nReported-From: reports@incidents.test\nCategory: abuse\nReport-Type: "
              f"login-attack\nReport-ID: lab-{mails.n}@incidents.test\nDate: {mails.date()}\n"
              f"Source: {address}\nSource-Type: ip-address\nService: ssh\nPort: 22\n"
              "Version: 0.2\nUser-Agent: ExampleGuard 2\nAttachment: text/plain\n"
              "Schema-URL: https://schemas.incidents.test/abuse_login-attack_0.1.2.json\n")
    parts = [f"Content-Type: text/plain; charset=utf-8\n\nAn address of yours, {address}, tried to "
             "log in where it should not.\n",
             f'Content-Type: text/plain; charset=utf-8; name="report.txt"\n\n{report}',
             'Content-Type: text/plain; charset=utf-8; name="logfile.log"\n\n'
             f"Mar  1 11:59:01 host sshd[7]: Failed password for root from {address} port 4711\n"]
    mails.add("x-arf", "reports@incidents.test",
              mails.head("Incident Centre <reports@incidents.test>", f"Abuse from {address}",
                         "X-ARF: YES\nAuto-Submitted: auto-generated\n") +
              multipart(mails, "mixed", parts))


def jmrp(mails, domain, victim):
    original = f"X-HmXmrOriginalRecipient: {victim}\n" + spam(mails, domain, victim)
    mails.add("jmrp", "staff@feedback.test",
              mails.head("staff@feedback.test", "complaint about message from 203.0.113.10") +
              multipart(mails, "mixed", ["Content-Type: message/rfc822\n\n" + original]),
              [(domain, victim)])


def spamcop(mails, domain):
    number = 6000000000 + mails.n
    original = spam(mails, domain, "x").replace("<x>", "x")
    mails.add("spamcop", f"{number}@reports.spamcop.test",
              mails.head(f"A Reader <{number}@reports.spamcop.test>",
                         f"[SpamCop (203.0.113.10) id:{number}]Offer") +
              "Content-Type: text/plain\n\n- SpamCop V5.1 -\nThis message is brief for your "
              "comfort. Please use links below for details.\n\n"
              f"Spamvertised web site: https://www.{domain}/offer\n"
              f"https://www.spamcop.test/w3m?i=z{number}zlabz\n\nEmail from 203.0.113.10 / "
              f"{mails.date()}\n[ Offending message ]\n{original}")


def notice(mails, domain, number):
    text = (f"We have found a phishing page on your network:\n\n"
            f"hxxps://login.{domain.replace('.', '[.]')}/bank/verify.php\n\n"
            f"It imitates a bank and asks for passwords. First seen {mails.date()}.\n"
            "Please remove it and tell us at the address above.\n")
    mails.add("notice", "takedown-response@takedown.test",
              mails.head("Takedown Service <takedown@takedown.test>",
                         f"Issue {number}: phishing attack at hxxps://login.{domain}/bank/",
                         "Auto-Submitted: auto-generated\n") +
              "Content-Type: text/plain; charset=utf-8\n\n" + text,
              [(domain, "takedown@takedown.test")])


def person(mails, domain, who, form="typed"):
    address = email.utils.parseaddr(who)[1]
    subject = mails.random.choice(("Spam from your customer", "Spam, again", "Abuse report"))
    if form == "typed":
        body = ("Content-Type: text/plain; charset=utf-8\n\nHello,\n\nI keep getting spam that I never "
                f"asked for. The link in it is https://www.{domain}/offer?id=7 and I want this to "
                "stop.\n\nThank you\n")
    elif form == "attached":
        body = multipart(mails, "mixed", [
            "Content-Type: text/plain; charset=utf-8\n\nThe spam is attached, with its headers.\n",
            'Content-Type: message/rfc822; name="spam.eml"\nContent-Disposition: attachment; '
            'filename="spam.eml"\n\n' + spam(mails, domain, address)])
    elif form == "html":
        body = ("Content-Type: text/html; charset=utf-8\n\n<html><body><p>This came today and it is "
                f'fraud:</p><p><a href="https://pay.{domain}/account">www.bank.test</a></p>'
                "</body></html>\n")
    else:
        body = ("Content-Type: text/plain; charset=utf-8\n\nSee below, this is spam.\n\n"
                "---------- Forwarded message ---------\n"
                f"From: Deals <news@{domain}>\nDate: Sun, 1 Mar 2026 at 11:20\n"
                f"Subject: Only today\nTo: <{address}>\n\n"
                f"{mails.prose(40)}\n\nhttps://www.{domain}/offer\n")
    mails.add("human", address, mails.head(who, subject) + body, [(domain, address)])


def batch(mails, who, lines):
    mails.add("batch", who, mails.head(who, "spam list") + "Content-Type: text/plain\n\n" +
              "".join(f"{domain},{complainant}\n" for domain, complainant in lines), lines)


def webform(mails, domain, who):
    mails.add("webform", "forms@www.registrar.test",
              mails.head("Abuse form <forms@www.registrar.test>", "Abuse form", "X-Webform: abuse\n") +
              "Content-Type: text/plain; charset=utf-8\n\nName: A Visitor\n"
              f"Email: {who}\nCategory: phishing\nURL: https://www.{domain}/login\n"
              "Message: This page copies my bank.\n", [(domain, who)])


def not_complaints(mails):
    """One of each kind that an abuse mailbox gets and that is no complaint."""
    for status, text in (("5.1.1", "no such user"), ("5.2.2", "mailbox full")):
        parts = ["Content-Type: text/plain\n\nYour message could not be delivered.\n",
                 "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.mailboxes.test\n\n"
                 f"Final-Recipient: rfc822; gone{mails.n}@mailboxes.test\nAction: failed\n"
                 f"Status: {status}\nDiagnostic-Code: smtp; 550 {status} {text}\n",
                 "Content-Type: text/rfc822-headers\n\nFrom: abuse@registrar.test\nSubject: hello\n"]
        mails.add("bounce", "", mails.head("Mail Delivery System <mailer-daemon@mailboxes.test>",
                                           "Undelivered Mail Returned to Sender",
                                           "Auto-Submitted: auto-replied\n") +
                  multipart(mails, "report; report-type=delivery-status", parts))
    for subject, text in (("Out of office", "I am away until Monday."),
                          ("Automatische Antwort: Abwesenheit", "Ich bin bis Montag nicht da.")):
        mails.add("auto-reply", "ann@mailboxes.test",
                  mails.head("Ann <ann@mailboxes.test>", subject, "Auto-Submitted: auto-replied\n") +
                  f"Content-Type: text/plain\n\n{text}\n")
    mails.add("receipt", "ben@mailboxes.test",
              mails.head("Ben <ben@mailboxes.test>", "Read: your mail") +
              multipart(mails, "report; report-type=disposition-notification",
                        ["Content-Type: text/plain\n\nYour mail was displayed.\n",
                         "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; "
                         "ben@mailboxes.test\nDisposition: manual-action/MDN-sent-manually; displayed\n"]))
    xml = ('<?xml version="1.0"?><feedback><report_metadata><org_name>mailboxes.test</org_name>'
           "<email>dmarc@mailboxes.test</email><report_id>7</report_id><date_range><begin>1772236800"
           "</begin><end>1772323200</end></date_range></report_metadata><policy_published><domain>"
           "registrar.test</domain><p>none</p></policy_published></feedback>").encode()
    data = base64.encodebytes(gzip.compress(xml, mtime=0)).decode()
    name = "mailboxes.test!registrar.test!1772236800!1772323200.xml.gz"
    mails.add("dmarc-aggregate", "dmarc@mailboxes.test",
              mails.head("dmarc@mailboxes.test",
                         "Report Domain: registrar.test Submitter: mailboxes.test Report-ID: <7>") +
              f'Content-Type: application/gzip; name="{name}"\nContent-Disposition: attachment; '
              f'filename="{name}"\nContent-Transfer-Encoding: base64\n\n{data}')
    report = json.dumps({"organization-name": "mailboxes.test", "report-id": "7", "policies": []})
    data = base64.encodebytes(gzip.compress(report.encode(), mtime=0)).decode()
    mails.add("tls-report", "tls@mailboxes.test",
              mails.head("tls@mailboxes.test", "Report Domain: registrar.test Submitter: "
                         "mailboxes.test Report-ID: <8>", "TLS-Report-Domain: registrar.test\n") +
              multipart(mails, "report; report-type=tlsrpt",
                        ["Content-Type: text/plain\n\nA report on TLS.\n",
                         "Content-Type: application/tlsrpt+gzip\nContent-Transfer-Encoding: base64"
                         f"\n\n{data}"]))
    mails.add("list", "list-bounces@mailboxes.test",
              mails.head("Ann <ann@mailboxes.test>", "[list] minutes", "List-Id: <list.mailboxes.test>"
                         "\nList-Post: <mailto:list@mailboxes.test>\nPrecedence: list\n",
                         "list@mailboxes.test") +
              "Content-Type: text/plain\n\nThe minutes of the meeting.\n")
    mails.add("empty", "ann@mailboxes.test", mails.head("Ann <ann@mailboxes.test>", "") +
              "Content-Type: text/plain\n\n")
    mails.add("unreadable", "ann@mailboxes.test",
              mails.head("Ann <ann@mailboxes.test>", "spam") +
              multipart(mails, "mixed", ["Content-Type: text/plain\n\nAttached.\n",
                                         "Content-Type: application/ms-tnef; name=winmail.dat\n"
                                         "Content-Transfer-Encoding: base64\n\neJ8+IgEAAAAB\n"]))
    mails.add("noise", "ann@mailboxes.test", bytes(mails.random.randrange(128, 256)
                                                        for _ in range(3000)))


def domains():
    with open(INVENTORY, encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file)]


def demo(mails, _):
    ours = domains()
    of = {name: [d for d in ours if d.startswith(name)] for name in
          ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove")}
    # One domain passes five complaints, one customer three domains.
    for n in range(9):
        arf(mails, of["amber"][0], f"reader{n}@mailboxes.test", headers_only=n % 3 == 0)
    for domain in of["amber"][1:5]:
        for n in range(2):
            arf(mails, domain, f"reader{n}@mailboxes.test", provider="feedback.test")
    for n, domain in enumerate(of["cedar"] + of["fjord"]):
        arf(mails, domain, f"member{n}@freemail.test", address="192.0.2.200")
    for n in range(4):
        arf(mails, f"stranger-{n}.example", f"reader{n}@mailboxes.test", address="203.0.113.9")
    arf(mails, of["grove"][0], "reader1@mailboxes.test", feedback="opt-out")
    arf(mails, of["grove"][0], "reader2@mailboxes.test", feedback="not-spam")
    for n in range(5):
        xarf(mails, of["ember"][n], "198.51.100.7")
    xarf(mails, of["birch"][1], "198.51.100.8", ("content", "phishing"))
    for n in range(4):
        x_arf(mails, f"192.0.2.{20 + n}")
    for n in range(3):
        jmrp(mails, of["ember"][n], f"reader{n}@freemail.test")
        spamcop(mails, of["delta"][n])
        notice(mails, of["birch"][n], 3000 + n)
    for n, form in enumerate(("typed", "attached", "html", "forwarded") * 4):
        person(mails, of["grove"][n % 4], f"Person {n} <person{n}@mailboxes.test>", form)
    for n in range(3):  # the border cannot vouch for these: stored, not answered
        person(mails, of["fjord"][n], f"Doubtful {n} <somebody{n}@unproven.test>")
    person(mails, "elsewhere.example", "Lost <lost@mailboxes.test>")
    batch(mails, "abuse@north.test", [(of["cedar"][n], f"caller{n}@freemail.test") for n in range(4)]
          + [(of["amber"][0], "caller9@freemail.test"), (of["ember"][0], "caller1@freemail.test")])
    for n in range(3):
        webform(mails, of["birch"][n], f"visitor{n}@freemail.test")
    not_complaints(mails)
    not_complaints(mails)


def load(mails, count):
    """Six feedback reports to three people to one that is none; pairs repeat now and then."""
    ours = domains()
    while mails.n < count:
        n = mails.n
        domain, who = ours[(n * 7) % len(ours)], f"p{n % 977}@d{n % 61}.mailboxes.test"
        if n % 10 < 6:
            arf(mails, domain, who, words=40)
        elif n % 10 < 9:
            person(mails, domain, f"Person <{who}>", ("typed", "attached", "forwarded")[n % 3])
        else:
            mails.add("auto-reply", who, mails.head(f"Away <{who}>", "Out of office",
                                                    "Auto-Submitted: auto-replied\n") +
                      "Content-Type: text/plain\n\nI am away.\n")


def bench(mails, count):
    ours = domains()
    for n in range(count):
        arf(mails, ours[n % len(ours)], f"p{n}@d{n % 61}.mailboxes.test",
            words=mails.random.randrange(150, 1000))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--set", default="demo", choices=("demo", "load", "arf", "loop"))
    parser.add_argument("--one")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    mails = Mails(arguments.directory, arguments.seed)
    if arguments.one:
        kind, *values = arguments.one.split()
        {"arf": arf, "xarf": xarf, "x_arf": x_arf, "jmrp": jmrp, "spamcop": spamcop, "notice": notice,
         "person": person, "webform": webform, "none": not_complaints}[kind](mails, *values)
    else:
        {"demo": demo, "load": load, "arf": bench, "loop": loop}[arguments.set](mails, arguments.count)
    print(mails.n)


if __name__ == "__main__":
    main()
