#!/usr/bin/env python3
"""Attacks a server at its defaults as strangers would, while a signed-in user works on it.

    python3 benches/attack.py [--server PATH] [--database sqlite|postgres://…] [--seconds 20] [--most-ms 100]

Each attack runs alone for so many seconds, then all of them at once for ten times as long. `--seconds 200` makes it an
hour. The attackers come from addresses of their own (127.1.0.0/16: Linux lets a program use any of them), in processes
that yield to the server; the user comes from 127.0.0.1, asks ten times a second over a connection that stays, once a
second over a new one, and signs in again every ten seconds. Printed is how long the user waited, what became of the
attackers' tries, and the server's memory, open files and threads. It ends with 1 if the 99th percentile of the user's
questions is above the bound in an attack, if one was refused, or if the server is gone. The server's own folder is
removed; its log stays where the table says.
"""
import argparse, asyncio, collections, http.client, json, logging, multiprocessing, os, random, shutil, socket, statistics, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "paper lantern harbor 42"
RAN = random.Random(7)


def graphql(query, variables=None, head=""):
    body = json.dumps({"query": query, "variables": variables}).encode()
    return (f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{head}content-length: {len(body)}\r\n\r\n").encode() + body


def sign_in(name, password):
    return graphql("mutation($i: SignInInput!) { signIn(input: $i) { accessToken } }", {"i": {"signInName": name, "password": password}})


def address():
    """One of five hundred."""
    return f"127.1.{RAN.randrange(2)}.{RAN.randrange(1, 251)}"


class Attack:
    """What one attacker does again and again, each time over a connection of its own, until its time is over."""

    # How many do it at once, and how long each waits after it.
    many, pause = 40, 0.05

    def __init__(self, port, outcomes):
        self.port, self.outcomes = port, outcomes

    async def connect(self):
        return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.port, local_addr=(address(), 0), limit=1 << 22), 10)

    async def head(self, reader, within=40):
        line = await asyncio.wait_for(reader.readline(), within)
        return line.decode("latin1").split(" ")[1] if line.startswith(b"HTTP/") else "closed"

    async def once(self):
        raise NotImplementedError

    async def again(self, until):
        while time.monotonic() < until:
            try:
                what = await self.once()
            except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError) as error:
                what = type(error).__name__
            self.outcomes[what] += 1
            await asyncio.sleep(self.pause)

    async def run(self, seconds):
        until = time.monotonic() + seconds
        tasks = [asyncio.create_task(self.again(until)) for _ in range(self.many)]
        await asyncio.wait(tasks, timeout=seconds + 1)
        for task in tasks:
            task.cancel()


class Sends(Attack):
    """Sends one request and reads the first line of the answer, and the rest if it is wanted."""

    def message(self):
        raise NotImplementedError

    async def once(self):
        reader, writer = await self.connect()
        try:
            writer.write(self.message())
            await writer.drain()
            return await self.head(reader)
        finally:
            writer.close()


class Documents(Sends):
    "costly documents"

    def message(self):
        n = RAN.randrange(1 << 30)
        return graphql(RAN.choice([
            "{ " + " ".join(f"a{i}: __schema {{ types {{ name }} }}" for i in range(40)) + f" }} #{n}",
            "{ " + "...F " * 900 + f"}} fragment F on Query {{ __typename }} #{n}",
            "{ " + "a " * 1900 + f"}} #{n}",
            "{ viewer { user { " + "id " * 900 + f"}} }} }} #{n}",
            "{ " + " ".join(f'a{i}: node(id: "{n}") {{ id }}' for i in range(90)) + " }",
        ]))


class Introspection(Sends):
    "questions about the schema, each another"

    def message(self):
        n = RAN.randrange(1 << 30)
        return graphql(f"{{ a{n}: __schema {{ types {{ name description fields {{ name description args {{ name description type {{ name }} }} }} enumValues {{ name description }} }} }} }}")


class Passwords(Sends):
    "wrong passwords of one user"

    def message(self):
        return sign_in("carla@contoso.mandate.example", f"wrong horse battery {RAN.random()}")


class HangsUp(Sends):
    "sign-ins that hang up at once"
    many, pause = 200, 0.01

    async def once(self):
        reader, writer = await self.connect()
        writer.write(sign_in(f"user{RAN.randrange(9999)}@contoso.mandate.example", "wrong horse battery"))
        await writer.drain()
        writer.transport.abort()
        return "hung up"


class SignUps(Sends):
    "sign-ups to one mailbox"
    path = None

    def message(self):
        body = f"organizationName=Northwind+IT+{RAN.randrange(9999)}&slug=nw{RAN.randrange(10**9)}&adminName=Win+a+prize&adminSignInName=win&contact=victim%40example.org".encode()
        return f"POST {self.path}/sign-up HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


class Half(Attack):
    "half a head, and nothing more"
    many, pause = 1100, 0.2

    async def once(self):
        reader, writer = await self.connect()
        try:
            writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\n")
            return await self.head(reader)
        finally:
            writer.close()


class Silent(Attack):
    "connections on which nothing comes"
    many, pause = 1100, 0.2

    async def once(self):
        reader, writer = await self.connect()
        try:
            return await self.head(reader, 100)
        finally:
            writer.close()


class Drips(Attack):
    "a body that comes by the byte"
    many, pause = 300, 0.2

    async def once(self):
        reader, writer = await self.connect()
        try:
            writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{")
            while not reader.at_eof():
                writer.write(b" ")
                await writer.drain()
                try:
                    return await self.head(reader, 1)
                except asyncio.TimeoutError:
                    pass
            return "closed"
        finally:
            writer.close()


class Deaf(Attack):
    "asks much, and reads nothing"
    many, pause = 300, 0.2

    async def once(self):
        reader, writer = await self.connect()
        writer.transport.pause_reading()
        try:
            ask = graphql("{ __schema { types { name description fields { name description } } } }")
            for _ in range(20):
                writer.write(ask)
            await asyncio.sleep(30)
            return "kept 30 s"
        finally:
            writer.transport.abort()


class Sockets(Attack):
    "WebSockets that never say who they are"
    many, pause = 1100, 0.2

    async def once(self):
        reader, writer = await self.connect()
        try:
            writer.write(b"GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n")
            first = await self.head(reader)
            while first == "101" and await asyncio.wait_for(reader.read(4096), 40):
                pass
            return first
        finally:
            writer.close()


class Large(Sends):
    "bodies without an end"

    async def once(self):
        reader, writer = await self.connect()
        try:
            writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
            for _ in range(100):
                writer.write(b"10000\r\n" + b"a" * 65536 + b"\r\n")
                await asyncio.wait_for(writer.drain(), 5)
            return await self.head(reader)
        finally:
            writer.close()


class Noise(Sends):
    "bytes that are no HTTP, and addresses that nobody gave out"

    def message(self):
        return RAN.choice([
            RAN.randbytes(2000),
            b"GET " + b"/a" * 4000 + b" HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"".join(b"x%d: y\r\n" % i for i in range(500)) + b"\r\n",
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 18446744073709551617\r\n\r\n",
            f"GET /reset/{'a' * 43} HTTP/1.1\r\nhost: x\r\n\r\n".encode(),
            f"GET /offers/{'a' * 22} HTTP/1.1\r\nhost: x\r\n\r\n".encode(),
            f"GET /exports/{'a' * 43} HTTP/1.1\r\nhost: x\r\n\r\n".encode(),
            b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 127.0.0.1\r\n\r\n",
        ])


ATTACKS = [Documents, Introspection, Passwords, HangsUp, SignUps, Half, Silent, Drips, Deaf, Sockets, Large, Noise]


def attack(names, port, seconds, pipe):
    """One process of attackers, which yields to the server."""
    os.nice(15)
    # Whoever is cut off is told of each byte.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    outcomes = {name: collections.Counter() for name in names}
    known = {one.__name__: one for one in ATTACKS}

    async def all_of_them():
        await asyncio.gather(*(known[name](port, outcomes[name]).run(seconds) for name in names))

    asyncio.run(all_of_them())
    pipe.send({name: dict(outcomes[name]) for name in names})


class User:
    """A user at work, who signed in from here before."""

    name = "fiona@northwind.mandate.example"

    def __init__(self, port):
        self.port, self.token, self.kept = port, None, None

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, connection, query, variables=None):
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        connection.request("POST", "/graphql", json.dumps({"query": query, "variables": variables}), headers)
        answer = json.loads(connection.getresponse().read())
        if answer.get("errors"):
            raise RuntimeError(answer["errors"][0]["message"])
        return answer["data"]

    def sign_in(self):
        connection = self.connection()
        self.token = None
        said = {"i": {"signInName": self.name, "password": PASSWORD}}
        self.token = self.ask(connection, "mutation($i: SignInInput!) { signIn(input: $i) { accessToken } }", said)["signIn"]["accessToken"]
        connection.close()

    def work(self, seconds):
        """Milliseconds of each question, of each sign-in, and what was refused."""
        asked, entered, refused = [], [], collections.Counter()
        until, turn = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            turn += 1
            begun = time.monotonic()
            try:
                if turn % 100 == 0:
                    self.sign_in()
                    entered.append((time.monotonic() - begun) * 1000)
                elif turn % 10 == 0:
                    connection = self.connection()
                    self.ask(connection, "{ viewer { user { id } } }")
                    connection.close()
                    asked.append((time.monotonic() - begun) * 1000)
                else:
                    self.kept = self.kept or self.connection()
                    self.ask(self.kept, "{ viewer { user { id } organization { name } } }")
                    asked.append((time.monotonic() - begun) * 1000)
            except (OSError, http.client.HTTPException, RuntimeError, ValueError) as error:
                refused[f"{type(error).__name__}: {error}"] += 1
                self.kept = None
            time.sleep(max(0, 0.1 - (time.monotonic() - begun)))
        return asked, entered, refused


class Server:
    def __init__(self, program, database):
        self.folder = Path(tempfile.mkdtemp(prefix="mandate-attack-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        url = f"sqlite:{self.folder}/mandate.db" if database == "sqlite" else database
        self.env = dict(
            os.environ, MANDATE__HTTP__BIND=f"127.0.0.1:{self.port}", MANDATE__HTTP__PUBLIC_URL=f"http://127.0.0.1:{self.port}",
            MANDATE__DATABASE__URL=url, MANDATE__KEYS__DIR=f"{self.folder}/keys", MANDATE__ANCHORS__DIR=f"{self.folder}/anchors",
            MANDATE__MAIL__FOLDER=f"{self.folder}/mail",
        )
        self.program, self.log = program, Path(tempfile.gettempdir()) / "mandate-attack.log"
        self.process = subprocess.Popen([program, "serve", "--demo"], env=self.env, stdout=self.log.open("w"), stderr=subprocess.STDOUT)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("the server does not answer")

    def state(self):
        status = dict(line.split(":", 1) for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        files = len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))
        return int(status["VmRSS"].split()[0]) // 1024, files, int(status["Threads"])

    def end(self):
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait()
        took = time.monotonic() - begun
        done = subprocess.run([self.program, "record", "verify"], env=self.env, capture_output=True, text=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        return took, done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1:]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--server", default=str(ROOT / "target/release/mandate"))
    arguments.add_argument("--database", default="sqlite")
    arguments.add_argument("--seconds", type=int, default=20)
    arguments.add_argument("--most-ms", type=float, default=100)
    arguments.add_argument("--only", default="")
    said = arguments.parse_args()
    server = Server(said.server, said.database)
    user = User(server.port)
    user.sign_in()
    query = "{ offers { nodes { url } } }"
    offers = user.ask(user.connection(), query)["offers"]["nodes"]
    SignUps.path = "/offers/" + offers[0]["url"].rsplit("/", 1)[1]
    names = [one.__name__ for one in ATTACKS if not said.only or one.__name__ in said.only.split(",")]
    rounds = [("nobody", [])] + [((ATTACKS_BY[name].__doc__), [name]) for name in names]
    if not said.only:
        rounds.append(("all at once", names))
    print("| attack | questions: p50, p99, most (ms) | sign-ins: p50, most (ms) | refused | memory (MiB), files, threads | what became of the tries |\n|---|---|---|---|---|---|", flush=True)
    failed = False
    for what, names in rounds:
        seconds = said.seconds * (10 if len(names) > 1 else 1)
        pipes = []
        for part in [names[0::2], names[1::2]]:
            if part:
                mine, theirs = multiprocessing.Pipe()
                process = multiprocessing.Process(target=attack, args=(part, server.port, seconds, theirs))
                process.start()
                pipes.append((process, mine))
        asked, entered, refused = user.work(seconds)
        state = server.state()
        told = {}
        for process, pipe in pipes:
            if pipe.poll(120):
                told.update(pipe.recv())
            process.join(10)
            process.kill()
        asked.sort()
        p99 = asked[int(len(asked) * 0.99)] if asked else float("inf")
        times = f"{statistics.median(asked):.1f}, {p99:.1f}, {asked[-1]:.1f}" if asked else "none"
        ins = f"{statistics.median(entered):.0f}, {max(entered):.0f}" if entered else ""
        became = "; ".join(", ".join(f"{count} × {outcome}" for outcome, count in sorted(one.items(), key=lambda pair: -pair[1])[:5]) for one in told.values())
        print(f"| {what} | {times} | {ins} | {sum(refused.values())} {' '.join(list(refused)[:2])} | {state[0]}, {state[1]}, {state[2]} | {became} |", flush=True)
        failed = failed or p99 > said.most_ms or bool(refused) or server.process.poll() is not None
    time.sleep(5)
    memory, files, threads = server.state()
    took, code, last = server.end()
    print(f"\nAfterwards: {memory} MiB, {files} open files, {threads} threads; it ended within {took:.1f} s; `record verify` ended with {code}: {' '.join(last)} The log is {server.log}.")
    sys.exit(1 if failed or code else 0)


ATTACKS_BY = {one.__name__: one for one in ATTACKS}

if __name__ == "__main__":
    main()
