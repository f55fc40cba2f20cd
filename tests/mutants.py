"""Changes the rules in many small ways, and sees that a test notices each change.

    cargo install --locked cargo-mutants
    python3 tests/mutants.py [--jobs N] [--only policy/touch.rs]

The rules of `src/domain` need no database, and neither do the tests in `tests/it/decisions`. So both are copied into a
small crate that is built in seconds, and cargo-mutants changes that copy. A change that no test notices is a survivor. It
is told, and makes this fail, unless `EXPLAINED` says why it changes nothing.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = ["policy/*.rs", "visibility.rs", "grant.rs", "acceptance.rs", "hands.rs"]

# A survivor, as cargo-mutants names it without its place, and why it changes nothing.
EXPLAINED = {
    "src/domain/policy/mod.rs: replace < with <= in delegated": "Whoever holds less than the kind needs was refused by its role "
    "before a grant is looked at. So less in force than needed means that the cap is less.",
    "src/domain/policy/basis.rs: replace match guard meets(spec.requirement, actor, all_roles(actor)) with false in bases": "Whom "
    "only sleeping or given roles would suffice for is refused, for the same reason, before any account is looked at.",
}


def dependencies(code, manifest):
    """Those dependencies of the project that the code names."""
    shared = manifest["workspace"]["dependencies"]
    for name, said in (manifest["dependencies"] | manifest["dev-dependencies"]).items():
        if name in ("entity", "migration") or not re.search(rf"\b{name.replace('-', '_')}(::|!)", code):
            continue
        if isinstance(said, dict) and said.get("workspace"):
            said = shared[name]
        said = said if isinstance(said, dict) else {"version": said}
        parts = [f'version = "{said["version"]}"']
        if said.get("default-features") is False:
            parts.append("default-features = false")
        if said.get("features"):
            parts.append(f"features = {json.dumps(said['features'])}")
        yield f"{name} = {{ {', '.join(parts)} }}"


def make(crate):
    """The rules and their tests, as a crate of their own."""
    shutil.copytree(ROOT / "src/domain", crate / "src/domain")
    shutil.copytree(ROOT / "src/templates", crate / "src/templates")
    shutil.copy(ROOT / "askama.toml", crate)
    (crate / "src/lib.rs").write_text("//! The rules alone.\n\npub mod domain;\n")
    tests = crate / "tests/it"
    shutil.copytree(ROOT / "tests/it/decisions", tests / "decisions")
    shutil.copy(ROOT / "tests/it/decisions.rs", tests)
    (tests / "main.rs").write_text("mod decisions;\n")
    (tests / "matrix").mkdir()
    shutil.copy(ROOT / "tests/it/matrix/decisions.snap", tests / "matrix")
    code = "".join(file.read_text() for file in crate.rglob("*.rs"))
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
    needed = "\n".join(dependencies(code, manifest))
    lines = [
        "[package]",
        'name = "mandate"',
        'version = "0.0.0"',
        'edition = "2024"',
        "[dependencies]",
        f'entity = {{ path = "{ROOT}/entity" }}',
        needed,
        "[workspace]",
        "[profile.dev]",
        "debug = false",
    ]
    (crate / "Cargo.toml").write_text("\n".join(lines) + "\n")
    shutil.copy(ROOT / "Cargo.lock", crate)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", help="a file below src/domain")
    chosen = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="mutants-"))
    crate = work / "mandate"
    crate.mkdir()
    make(crate)
    command = ["cargo", "mutants", "--dir", crate, "--output", work, "--jobs", str(chosen.jobs), "--colors", "never"]
    for file in chosen.only or FILES:
        command += ["--file", f"src/domain/{file}"]
    done = subprocess.run(command, env=os.environ | {"INSTA_UPDATE": "no"})
    # 0: none survived; 2: some did; 3: one took too long, which a test noticed too.
    if done.returncode not in (0, 2, 3):
        sys.exit(done.returncode)
    told = lambda name: (work / "mutants.out" / name).read_text().splitlines()
    survivors = [re.sub(r":\d+:\d+:", ":", line) for line in told("missed.txt")]
    bad = [line for line in survivors if line not in EXPLAINED]
    noticed = len(told("caught.txt")) + len(told("timeout.txt"))
    print(f"{noticed} changes noticed, {len(told('unviable.txt'))} that do not compile, {len(survivors)} survived")
    for line in survivors:
        print(f"  {line}\n    {EXPLAINED.get(line, 'NOT EXPLAINED')}")
    shutil.rmtree(work)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
