#!/usr/bin/python3
"""send.py FROM TO FILE... | send.py --manifest FILE TO: mail to the lab's MX by SMTP.

A manifest has a JSON object a line with "file" (beside it) and "sender" ("" is the null sender).
The port comes from $LAB_MX. Prints how many were accepted; a refusal is an error."""
import json
import os
import smtplib
import sys
from concurrent.futures import ThreadPoolExecutor


def send_all(pairs, recipient):
    with smtplib.SMTP("127.0.0.1", int(os.environ["LAB_MX"]), local_hostname="client.test") as mx:
        for sender, path in pairs:
            with open(path, "rb") as file:
                mx.sendmail(sender, [recipient], file.read())
    return len(pairs)


def main():
    if sys.argv[1] == "--manifest":
        folder, recipient = os.path.dirname(sys.argv[2]), sys.argv[3]
        with open(sys.argv[2], encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        pairs = [(row["sender"], os.path.join(folder, row["file"])) for row in rows]
    else:
        recipient = sys.argv[2]
        pairs = [(sys.argv[1], path) for path in sys.argv[3:]]
    shares = [pairs[n::4] for n in range(4) if pairs[n::4]]
    with ThreadPoolExecutor(4) as pool:
        print(sum(pool.map(lambda share: send_all(share, recipient), shares)))


if __name__ == "__main__":
    main()
