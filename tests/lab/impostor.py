#!/usr/bin/python3
"""impostor.py imap|smtp PORT CERTIFICATE MODE LOG: a server that should not be trusted.

  tls         implicit TLS with CERTIFICATE (a name without .pem), then a server like any other
  starttls    offers STARTTLS, and does it with CERTIFICATE
  stripped    as if somebody on the way had removed STARTTLS from the answer
  refused     offers STARTTLS and refuses it
  preauth     greets with PREAUTH (IMAP)
  silent      accepts the connection and says nothing

Everything the client says goes to LOG, a line each, with "tls " before it when encrypted.
Passwords that arrive here are the failure that the tests look for."""
import socket
import ssl
import sys
import threading

kind, port, certificate, mode, log_name = sys.argv[1:6]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate + ".pem", certificate + ".key")
log = open(log_name, "a", encoding="latin-1", buffering=1)


class Client:
    """One connection, plain or encrypted."""

    def __init__(self, connection):
        self.connection, self.prefix, self.file = connection, "", None
        if mode == "tls":
            self.encrypt()
        else:
            self.file = connection.makefile("rwb")

    def encrypt(self):
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.prefix, self.file = "tls ", self.connection.makefile("rwb")

    def say(self, text):
        self.file.write(text.encode() + b"\r\n")
        self.file.flush()

    def hear(self):
        line = self.file.readline().decode("latin-1").rstrip("\r\n")
        print(self.prefix + line, file=log)
        return line

    def imap(self):
        offer = " STARTTLS LOGINDISABLED" if mode in ("starttls", "refused") and not self.prefix else ""
        abilities = "IMAP4rev1 IDLE MOVE UIDPLUS AUTH=PLAIN" + offer
        self.say("* PREAUTH welcome" if mode == "preauth" else f"* OK [CAPABILITY {abilities}] hello")
        while line := self.hear():
            tag, verb = (line.split() + ["", ""])[:2]
            if verb.upper() == "CAPABILITY":
                self.say(f"* CAPABILITY {abilities}")
                self.say(f"{tag} OK done")
            elif verb.upper() == "STARTTLS" and mode == "starttls":
                self.say(f"{tag} OK begin")
                self.encrypt()
            elif verb.upper() == "LOGOUT":
                self.say(f"* BYE bye\r\n{tag} OK done")
                return
            else:
                self.say(f"{tag} BAD not here")

    def smtp(self):
        self.say("220 impostor.test ESMTP")
        while line := self.hear():
            verb = line.split()[0].upper()
            if verb == "EHLO":
                offer = mode in ("starttls", "refused") and not self.prefix
                self.say("250-impostor.test\r\n" + ("250-STARTTLS\r\n" if offer else "") +
                         "250 AUTH PLAIN LOGIN")
            elif verb == "STARTTLS" and mode == "starttls":
                self.say("220 begin")
                self.encrypt()
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("502 no")


def serve(connection):
    try:
        print("connected", file=log)
        if mode == "silent":
            connection.recv(1)
            return
        getattr(Client(connection), kind)()
    except (OSError, ValueError, IndexError) as error:
        print(f"ended: {type(error).__name__}", file=log)
    finally:
        connection.close()


listener = socket.create_server(("127.0.0.1", int(port)))
print("listening", file=log)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
