#!/usr/bin/python3
"""hostile.py DIR: mails that nobody should send to a parser or a database, one file each, named
after what is wrong with it. Prints how many."""
import base64
import json
import os
import random
import sys

HEAD = (b"From: Mallory <mallory@mailboxes.test>\r\nTo: abuse@registrar.test\r\n"
        b"Subject: %s\r\nDate: Sun, 01 Mar 2026 12:00:00 +0000\r\n"
        b"Message-ID: <%s@mailboxes.test>\r\nMIME-Version: 1.0\r\n")
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
BODY = b"Spam from https://www.amber-1.example/offer\r\n"
noise = random.Random(7)


def mail(name, rest, subject=b"spam"):
    return HEAD % (subject, name.encode()) + rest


def nested(depth):
    rest = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
                    for n in range(depth))
    return rest + PLAIN + BODY


def parts(count):
    return (b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' +
            b"--b\r\n\r\nx\r\n" * count + b"--b--\r\n")


def report(fields, third=b"Content-Type: text/rfc822-headers\r\n\r\nFrom: x@amber-1.example\r\n"):
    return (b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
            b"--b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n"
            b"--b\r\nContent-Type: message/feedback-report\r\n\r\n" + fields +
            b"\r\n--b\r\n" + third + b"\r\n--b--\r\n")


def xarf(text):
    data = base64.encodebytes(text).replace(b"\n", b"\r\n")
    return report(b"Feedback-Type: xarf\r\nUser-Agent: x\r\nVersion: 1\r\n",
                  b"Content-Type: application/json; name=xarf.json\r\n"
                  b"Content-Transfer-Encoding: base64\r\n\r\n" + data)


def arf(more):
    return report(b"Feedback-Type: abuse\r\nUser-Agent: x\r\nVersion: 1\r\n"
                  b"Original-Rcpt-To: <r@mailboxes.test>\r\nReported-Domain: amber-1.example\r\n" + more)


document = {"xarf_version": "4.0.0", "report_id": "1", "timestamp": "2026-03-01T11:00:00Z",
            "source_identifier": "192.0.2.1", "category": "messaging", "type": "spam"}

CASES = {
    "noise": bytes(noise.randrange(256) for _ in range(20000)),
    "noise-ascii": bytes(noise.randrange(32, 127) for _ in range(20000)),
    "one-byte": b"x",
    "only-line-ends": b"\r\n" * 500,
    "no-headers": BODY * 3,
    "nul-in-body": mail("nul-body", PLAIN + b"Spam \0 from \0 https://www.amber-1.example/\0x\r\n"),
    "nul-in-header": mail("nul-head", PLAIN + BODY, b"spam \0 spam"),
    "nul-encoded": mail("nul-coded", PLAIN + BODY, b"=?utf-8?q?a=00b=00c?= =?utf-8?b?AAAA?="),
    "large": mail("large", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + PLAIN + BODY +
                  b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: "
                  b"base64\r\n\r\n" + (b"A" * 76 + b"\r\n") * 403000 + b"--b--\r\n"),
    "nested-5000": mail("nested", nested(5000)),
    "parts-100000": mail("parts", parts(100000)),
    "attached-200": mail("attached", b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * 200 + PLAIN + BODY),
    "long-line": mail("long-line", PLAIN + b"www.amber-1.example " + b"a" * 3000000 + b"\r\n"),
    "long-header": mail("long-header", b"X-Long: " + b"a" * 2000000 + b"\r\n" + PLAIN + BODY),
    "many-headers": mail("many-headers", b"X-Many: a\r\n" * 100000 + PLAIN + BODY),
    "many-addresses": mail("many-to", b"Cc: " + b",\r\n ".join(
        b"a%d@mailboxes.test" % n for n in range(50000)) + b"\r\n" + PLAIN + BODY),
    "many-links": mail("many-links", PLAIN + b"".join(
        b"https://h%d.amber-1.example/%d\r\n" % (n, n) for n in range(20000))),
    "groups": mail("groups", b"Cc: " + b"a:" * 20000 + b"x@y.test" + b";" * 20000 + b"\r\n" + PLAIN + BODY),
    "charset-unknown": mail("charset", b"Content-Type: text/plain; charset=klingon\r\n\r\n\xe9\xff " + BODY),
    "charset-wrong": mail("charset-2", b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xe9\xff\xc0\x80 " + BODY),
    "charset-utf16": mail("charset-3", b"Content-Type: text/plain; charset=utf-16\r\n\r\n\xd8\x00\xd8\x00 " + BODY),
    "surrogate": mail("surrogate", PLAIN + b"\xed\xa0\x80 \xf4\x90\x80\x80 " + BODY),
    "base64-broken": mail("base64", b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                          b"U3Bh====bSBmcm9t\r\n!!!!\r\n"),
    "date-year": mail("date-1", report(b"Feedback-Type: abuse\r\nReported-Domain: amber-1.example\r\n"
                                       b"Arrival-Date: Mon, 31 Feb 99999 25:61:61 +9999\r\n")),
    "date-zero": mail("date-2", report(b"Feedback-Type: abuse\r\nReported-Domain: amber-1.example\r\n"
                                       b"Arrival-Date: 0 Jan 0000 00:00:00 -0000\r\n")),
    "date-infinity": mail("date-3", xarf(json.dumps({**document, "timestamp": "infinity"}).encode())),
    "date-far": mail("date-4", xarf(json.dumps({**document, "timestamp": "294277-01-01T00:00:00Z"}).encode())),
    "date-outer": mail("date-5", PLAIN + BODY).replace(b"01 Mar 2026", b"99 Foo -1"),
    "address-source": mail("ip-1", arf(b"Source-IP: 999.1.2.3\r\n")),
    "address-mask": mail("ip-2", arf(b"Source-IP: 192.0.2.1/99\r\n")),
    "address-zone": mail("ip-3", arf(b"Source-IP: fe80::1%eth0\r\nSource-Port: 99999999999\r\n")),
    "address-from": mail("from-1", PLAIN + BODY).replace(
        b"Mallory <mallory@mailboxes.test>", b"\"a\\\"b\\0\" <\"x y\"@[IPv6:::1]>, <@a,@b:c@d>, <" + b"q" * 70000 + b"@x.test>"),
    "address-inject": mail("from-2", PLAIN + BODY).replace(
        b"mallory@mailboxes.test", b"=?utf-8?q?m=40mailboxes=2Etest=0D=0ABcc=3A_all=40mailboxes=2Etest?="),
    "incidents-count": mail("count", arf(b"Incidents: 99999999999999999999\r\n")),
    "incidents-negative": mail("count-2", arf(b"Incidents: -5\r\n")),
    "recipients-5000": mail("rcpts", report(b"Feedback-Type: abuse\r\nReported-Domain: amber-1.example\r\n" +
                                            b"".join(b"Original-Rcpt-To: <r%d@mailboxes.test>\r\n" % n
                                                     for n in range(5000)))),
    "json-nul": mail("json-1", xarf(json.dumps({**document, "report_id": "a\0b\ud800"}).encode())),
    "json-deep": mail("json-2", xarf(b"[" * 100000)),
    "json-number": mail("json-3", xarf(b'{"xarf_version":"4.0.0","category":1e999,"type":-0,"report_id":'
                                       + b"9" * 5000 + b"}")),
    "json-duplicate": mail("json-4", xarf(b'{"xarf_version":"4.0.0","type":"spam","type":"x","category":{}}')),
    "domain-odd": mail("domain", arf(b"Reported-Domain: " + b"a" * 300 + b".example\r\n"
                                     b"Reported-Domain: xn--\xff\xfe.example\r\nReported-Domain: -.-\r\n")),
    "domain-bytes": mail("domain-2", PLAIN + "https://\u202eelpmaxe.1-rebma\u200b.example/ https://é\u0301.example/"
                         .encode() + b" https://%00.amber-1.example/\r\n"),
    "winmail": mail("winmail", b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
                    b"Content-Transfer-Encoding: base64\r\n\r\neJ8+IgEAAAAB\r\n"),
    "boundary-missing": mail("boundary", b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\n" + BODY),
    "boundary-long": mail("boundary-2", b"Content-Type: multipart/mixed; boundary=" + b"b" * 100000 +
                          b"\r\n\r\n--" + b"b" * 100000 + b"\r\n\r\n" + BODY),
    "parameters": mail("parameters", b"Content-Type: text/plain; " + b"; ".join(
        b"p%d*%d*=utf-8''%%00" % (n, n) for n in range(5000)) + b"\r\n\r\n" + BODY),
    "message-id": mail("id", PLAIN + BODY).replace(b"<id@", b"<" + b"i" * 50000 + b"\x01 ><@"),
    "references": mail("refs", b"References: " + b" ".join(b"<r%d@x.test>" % n for n in range(30000)) +
                       b"\r\nIn-Reply-To: <\xff\xfe\0>\r\n" + PLAIN + BODY),
    "html-deep": mail("html", b"Content-Type: text/html\r\n\r\n" + b"<div><b><a href='https://www.amber-1.example/'>"
                      * 30000),
    "batch-lines": mail("batch", PLAIN + b"".join(b"amber-1.example,r%d@mailboxes.test\r\n" % n
                                                 for n in range(30000)), b"list"),
}


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, content in CASES.items():
        with open(os.path.join(sys.argv[1], name + ".eml"), "wb") as file:
            file.write(content)
    print(len(CASES))


if __name__ == "__main__":
    main()
