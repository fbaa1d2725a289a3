#!/usr/bin/python3
"""robots.py ANSWER DIR ROUNDS: what robots send back to an answer of ours, round after round.

ANSWER is what `complaint outbox show` says of the mail that the first of them got. DIR gets three folders of ROUNDS mails each:
  marked    robot@mailboxes.test answers it: with one of the marks of machines, or only with the
            thread, a quotation or a ticket number
  stubborn  machine@mailboxes.test has no mark at all and each time complains about another link
  swarm     as many such machines, each with an address of its own, under forty domains"""
import os
import re
import sys

import answering
import border
import complaints

MARKS = ("Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Auto-Submitted: (x) auto-notified; a=b",
         "Precedence: bulk", "X-Loop: robot@mailboxes.test", "X-Autoreply: yes", "X-Auto-Response-Suppress: All",
         "null", "List-Id: <robots.mailboxes.test>", "thread", "quote", "ticket")


def marked(n, answer):
    mark = MARKS[n % len(MARKS)]
    text = "".join("> " + line for line in answer["text"].splitlines(True))
    subject = "Re: " + answer["subject"] if mark != "ticket" else f"[Ticket {n}] we have received your request"
    head = (f"From: Robot <robot@mailboxes.test>\nTo: {answer['reply to'] if n % 2 else answering.DESK}\n"
            f"Subject: {subject}\nMessage-ID: <{n}.robot@mailboxes.test>\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; charset=utf-8\n")
    if mark == "thread":
        head += f"In-Reply-To: <{answer['message id']}>\nReferences: <{answer['message id']}>\n"
    elif ":" in mark:
        head += mark + "\n"
    sender = "" if mark == "null" else "robot@mailboxes.test"
    return sender, f"{head}\nRound {n}: thank you for your mail, which we have received.\n\n{text}"


def complaint(n, who, domain):
    mails = answering.Caught(n)
    complaints.person(mails, domain, f"Machine <{who}>", "attached")
    return mails.sender, mails.content.decode().replace("Subject: ", f"Subject: Round {n}: ", 1)


def main():
    path, directory, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(path, encoding="utf-8") as file:
        head, _, text = file.read().partition("\n\n")
    answer = dict(re.findall(r"^(\S.*?)  +(.*)$", head, re.M), text=text)
    passing = set(border.lines(os.environ["LAB_PASSING"]))
    ours = complaints.domains()
    for folder, make in (
            ("marked", lambda n: marked(n, answer)),
            ("stubborn", lambda n: complaint(n, "machine@mailboxes.test", ours[n % len(ours)])),
            ("swarm", lambda n: complaint(n, f"m{n}@d{n % 40}.mailboxes.test", ours[n % len(ours)]))):
        os.makedirs(os.path.join(directory, folder))
        for n in range(rounds):
            sender, content = make(n)
            with open(os.path.join(directory, folder, f"{n:04d}.eml"), "wb") as file:
                file.write(answering.delivered(n, sender, content, None, True, passing))


if __name__ == "__main__":
    main()
