#!/usr/bin/env python3
"""The pages in a real browser, on SQLite and then on PostgreSQL: both.py <mandate binary> [folder for screenshots]

On PostgreSQL on a desktop, and on a phone in the dark without JavaScript: what differs between the databases does not
depend on what is looked at with.
"""
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "faults"))
from world import Postgres

script = ["node", HERE / "pages.mjs", *sys.argv[1:]]
subprocess.run(script, check=True)
postgres = Postgres()
postgres.sql("CREATE DATABASE pages")
there = {"MANDATE__DATABASE__URL": postgres.url("pages"), "LOOK_WITH": "desktop,phone-dark-plain"}
subprocess.run(script, check=True, env=os.environ | there)
