"""What the commands of this folder stand on: servers on a database of their own, people who call them, and what is counted."""
import atexit, http.client, json, os, random, shutil, signal, socket, subprocess, sys, tempfile, threading, time, urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "paper lantern harbor 42"
# Limits do not end a run, and tokens last as long as it does.
ROOM = {
    "LIMITS__OPERATIONS_PER_MINUTE": "60000000", "AUTH__ATTEMPTS_PER_MINUTE": "1000000", "AUTH__ACCESS_SECONDS": "1000000",
    "AUTH__SESSION_SECONDS": "1000000", "MAIL__PER_MAILBOX_PER_HOUR": "1000000", "MAIL__PER_ORGANIZATION_AND_MAILBOX_PER_HOUR": "1000000",
    "MAIL__PER_ORGANIZATION_PER_DAY": "10000000", "AUTH__ARGON2_MEMORY_KIB": "64", "AUTH__ARGON2_PASSES": "1", "WORKER__INTERVAL_SECONDS": "1", "HTTP__IDLE_SECONDS": "3600",
}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def folder(prefix="mandate-faults-", within=None):
    """A folder that is removed at the end."""
    path = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    path.chmod(0o755)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def tools():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []
    return found[-1] if found else Path(shutil.which("initdb") or sys.exit("initdb is missing: install PostgreSQL")).parent


def as_postgres(*command):
    return (["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []) + [str(part) for part in command]


class Postgres:
    """A server of PostgreSQL with a folder of its own."""

    def __init__(self, settings="", copy_of=None):
        self.port, self.home = free_port(), folder("mandate-pg-")
        if os.getuid() == 0:
            shutil.chown(self.home, "nobody")
        self.data = self.home / "data"
        if copy_of:
            subprocess.run(as_postgres(tools() / "pg_basebackup", "-R", "-X", "stream", "-D", self.data, "-h", "127.0.0.1", "-p", copy_of.port, "-U", "postgres"), check=True)
            more = f"port={self.port}\nsynchronous_standby_names=''\n"
        else:
            subprocess.run(as_postgres(tools() / "initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"), check=True, stdout=subprocess.DEVNULL)
            more = f"listen_addresses='127.0.0.1'\nport={self.port}\nunix_socket_directories=''\n{settings}\n"
        subprocess.run(as_postgres("tee", "-a", self.data / "postgresql.conf"), input=more, text=True, stdout=subprocess.DEVNULL, check=True)
        atexit.register(self.stop, "immediate")
        self.start()

    def control(self, *what):
        return subprocess.run(as_postgres(tools() / "pg_ctl", "-D", self.data, *what), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def start(self):
        if self.control("-l", self.home / "log", "-w", "start"):
            sys.exit("PostgreSQL did not start: " + (self.home / "log").read_text()[-1000:])

    def stop(self, mode="fast"):
        self.control("-m", mode, "-w", "stop")

    def promote(self):
        self.control("-w", "promote")

    def sql(self, text, database="postgres"):
        return subprocess.run(["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database, "-AtF", "|", "-qc", text], check=True, text=True, capture_output=True).stdout.strip()

    def url(self, database, port=None):
        return f"postgres://postgres@127.0.0.1:{port or self.port}/{database}"


class Database:
    """A database with the demo world, of either kind: where it is, and what is in it."""

    def __init__(self, kind, postgres=None, home=None):
        self.kind, self.home, self.postgres = kind, home or folder(), postgres
        if kind == "postgres":
            self.postgres = postgres or Postgres()
            self.postgres.sql("CREATE DATABASE faults")
            self.url = self.postgres.url("faults")
        else:
            self.url = f"sqlite:{self.home}/mandate.db"

    def rows(self, sql):
        if self.kind == "postgres":
            said = self.postgres.sql(sql, "faults")
            return [line.split("|") for line in said.splitlines()]
        import sqlite3
        with sqlite3.connect(f"file:{self.home}/mandate.db?mode=ro", uri=True) as connection:
            return [[str(value) for value in row] for row in connection.execute(sql)]

    def id(self, column):
        """The SQL of an id as text without dashes, of either kind."""
        return f"replace({column}::text, '-', '')" if self.kind == "postgres" else f"lower(hex({column}))"


class Server:
    """A process of Mandate."""

    def __init__(self, program, database, settings=None, port=None, ready=30, demo=True, prefix=()):
        self.port, self.database = port or free_port(), database
        home = database.home
        # The addresses of mails and pages stay the same whichever process answers.
        own = {"HTTP__BIND": f"127.0.0.1:{self.port}", "HTTP__PUBLIC_URL": "http://127.0.0.1:9", "DATABASE__URL": database.url,
               "KEYS__DIR": f"{home}/keys", "ANCHORS__DIR": f"{home}/anchors", "MAIL__FOLDER": f"{home}/mail", **ROOM, **(settings or {})}
        self.env = {**os.environ, **{f"MANDATE__{name}": value for name, value in own.items()}}
        self.program, self.log = Path(program).resolve(), home / f"server-{self.port}.log"
        self.command = [*prefix, self.program, "serve", *(["--demo"] if demo else []), *(["--migrate"] if database.kind == "postgres" else [])]
        self.begin(ready)
        atexit.register(self.kill)

    def begin(self, ready=30):
        self.process = subprocess.Popen(self.command, env=self.env, cwd=self.database.home, stdout=open(self.log, "a"), stderr=subprocess.STDOUT)
        if ready:
            self.wait(ready)

    def wait(self, seconds):
        """Until it is ready."""
        until = time.monotonic() + seconds
        while self.status("/readyz") != 200:
            if self.process.poll() is not None or time.monotonic() > until:
                raise SystemExit("the server is not ready:\n" + self.log.read_text()[-3000:])
            time.sleep(0.05)

    def status(self, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self, within=25):
        """Ends it by SIGTERM; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(within)
        return time.monotonic() - began

    def run(self, *arguments):
        """Another command of the program on the same installation."""
        return subprocess.run([self.program, *arguments], env=self.env, cwd=self.database.home, text=True, capture_output=True)

    def verified(self):
        """The last line of `record verify --state`, which must be good."""
        ran = self.run("record", "verify", "--state")
        if ran.returncode:
            raise SystemExit("the records are not good:\n" + ran.stdout[-3000:] + ran.stderr[-2000:])
        return ran.stdout.strip().splitlines()[-1]


class Refused(Exception):
    """What was answered with an error; its text is `CODE/REASON`."""


class Unanswered(Exception):
    """Nobody knows whether it was done."""


class Unsent(Unanswered):
    """Nobody took the connection."""


LOCAL = threading.local()


def ask(server, query, variables=None, token=None, timeout=40):
    connections = LOCAL.__dict__.setdefault("connections", {})
    # Each process has its own: one that was killed leaves connections that nobody answers.
    place = (server.port, server.process.pid)
    connection = connections.pop(place, None) or http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    headers = {"content-type": "application/json", "accept": "application/json"}
    if token:
        headers["authorization"] = "Bearer " + token
    try:
        if not connection.sock:
            connection.connect()
    except OSError as error:
        raise Unsent(repr(error))
    try:
        connection.request("POST", "/graphql", json.dumps({"query": query, "variables": variables or {}}), headers)
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        raise Unanswered(repr(error))
    connections[place] = connection
    if answer.get("errors"):
        error = answer["errors"][0]
        more = error.get("extensions", {})
        raise Refused("/".join(part for part in [more.get("code"), more.get("reason")] if part) or error["message"])
    return answer["data"]


class Person:
    """Someone of the demo world, signed in once; every server takes the token."""

    def __init__(self, server, name, slug):
        answer = ask(server, "mutation($i: SignInInput!) { signIn(input: $i) { accessToken } }", {"i": {"signInName": f"{name}@{slug}.mandate.example", "password": PASSWORD}})
        self.server, self.token = server, answer["signIn"]["accessToken"]
        self.account = self.data("{ viewer { organization { id } } }")["viewer"]["organization"]["id"]

    def data(self, query, variables=None, at=None):
        return ask(at or self.server, query, variables, self.token)

    def do(self, field, given, fields="operation { id sequence }", at=None):
        kind = field[0].upper() + field[1:] + "Input"
        return self.data(f"mutation($i: {kind}!) {{ {field}(input: $i) {{ {fields} }} }}", {"i": given}, at)[field]

    def refusal(self, *given, **more):
        """Why it was refused; None if it was done."""
        try:
            self.do(*given, **more)
        except Refused as refused:
            return str(refused)


def together(*works):
    """Runs these at the same moment, give or take some milliseconds, and gives what each gave; what one raised is raised."""
    barrier, given = threading.Barrier(len(works)), [None] * len(works)

    def one(place, work):
        barrier.wait()
        time.sleep(random.choice([0, 0, random.random() * 0.006]))
        try:
            given[place] = work()
        except Exception as error:
            given[place] = error

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(works)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    for one in given:
        if isinstance(one, Exception):
            raise one
    return given


def user_ids(person, account):
    """Ids of an organization's users, by the name before the @."""
    nodes = person.data("query($id: ID!) { organization(id: $id) { users(first: 100) { nodes { id signInName } } } }", {"id": account})["organization"]["users"]["nodes"]
    return {node["signInName"].split("@")[0]: node["id"] for node in nodes}
