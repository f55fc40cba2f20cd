"""A mail server that keeps what it is given, and misbehaves as it is told."""
import asyncio, email, threading

from world import free_port


class Sink:
    """Modes: `well`; `refuses` (554 instead of a greeting), `later` (451 to each recipient), `silent` (no answer at all), and `drops`
    (takes a mail and closes the connection without saying so)."""

    def __init__(self):
        self.port, self.mode, self.mails, self.tries = free_port(), "well", [], 0
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", self.port))
        self.loop.run_forever()

    async def serve(self, reader, writer):
        self.tries += 1
        say = lambda line: writer.write(line.encode() + b"\r\n")
        try:
            if self.mode == "silent":
                await asyncio.sleep(600)
            if self.mode == "refuses":
                return say("554 no service here")
            say("220 sink ESMTP")
            while line := (await reader.readline()).decode("utf-8", "replace").strip():
                word = line.split(" ")[0].upper()
                if word in ("EHLO", "HELO"):
                    say("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8" if word == "EHLO" else "250 sink")
                elif word == "RCPT" and self.mode == "later":
                    say("451 come again")
                elif word == "DATA":
                    say("354 go on")
                    lines = []
                    while (got := await reader.readline()).strip(b"\r\n") != b".":
                        if not got:
                            return
                        lines.append(got)
                    self.mails.append(email.message_from_bytes(b"".join(lines)))
                    if self.mode == "drops":
                        return writer.transport.abort()
                    say("250 kept")
                elif word == "QUIT":
                    return say("221 bye")
                else:
                    say("250 well")
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def settings(self):
        return {"MAIL__TRANSPORT": "smtp", "MAIL__SMTP_URL": f"smtp://127.0.0.1:{self.port}"}

    def by_id(self):
        """How often each mail came, by its Message-ID."""
        counts = {}
        for mail in list(self.mails):
            counts.setdefault(mail["Message-ID"], []).append(mail)
        return counts
