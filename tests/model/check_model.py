#!/usr/bin/env python3
"""Checks the model of the three state machines with spin, exhaustively; exits 1 if anything is amiss.

usage: check_model.py --rows PROGRAM --work FOLDER [--without ROW]... [--with ROW]... [--must-fail]
  --rows PROGRAM  prints the hub's transition tables as Promela
  --work FOLDER   where spin and the compiler may write
  --without ROW   leaves a row out, such as "operation proposed intent_suspended"
  --with ROW      adds one, such as "operation frozen completed committed"
  --must-fail     succeed only if something is amiss: proves that the model can tell
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def run(command, folder):
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True, timeout=300, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}")
    return done.stdout


def condition(row):
    machine, state, event = row.split()[:3]
    return f"state == {machine}_{state} && event == {machine}_on_{event} ->"


def altered(rows, without, added):
    for row in without:
        if condition(row) not in rows:
            sys.exit(f"there is no row '{row}'")
        rows = rows.replace(condition(row), "false ->")
    for row in added:
        machine, to = row.split()[0], row.split()[3]
        head = f"inline {machine}_step(state, event) {{\n  row = ("
        if condition(row) in rows or head not in rows:
            sys.exit(f"there is a row '{row}' already, or no such machine")
        # It counts as the machine's first row: only what it does matters.
        first = re.search(re.escape(head) + r".*?-> (\d+) \* 16", rows, re.DOTALL).group(1)
        rows = rows.replace(head, f"{head}{condition(row)} {first} * 16 + {machine}_{to} : (")
        end = rows.index(");\n  moved", rows.index(head))
        rows = rows[:end] + ")" + rows[end:]
    return rows


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rows", required=True)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--with", action="append", default=[], dest="added")
    parser.add_argument("--must-fail", action="store_true")
    given = parser.parse_args()
    if not shutil.which("spin"):
        sys.exit("spin is not installed; tools/bootstrap installs it")

    work = given.work
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for part in HERE.glob("*.pml"):
        shutil.copy(part, work)
    rows = run([pathlib.Path(given.rows).resolve()], work)
    (work / "rows.pml").write_text(altered(rows, given.without, given.added), encoding="utf-8")
    run(["spin", "-a", "machines.pml"], work)
    run(["gcc", "-O1", "-w", "-DSAFETY", "-DVECTORSZ=256", "-o", "pan", "pan.c"], work)
    found = run(["./pan", "-m20000", "-w23"], work)

    errors = re.search(r"errors: (\d+)", found)
    taken = re.search(r"rows taken: (\d+) of (\d+)", found)
    if not errors or not taken:
        sys.exit(f"pan said something else:\n{found}")
    amiss = [line for line in found.splitlines() if re.match(r"pan:\d+: (?!rate|elapsed)", line)]
    if "max search depth too small" in found:
        amiss.append("the search was cut short: raise -m")
    if errors.group(1) == "0":
        amiss += [line for line in found.splitlines() if line.startswith("row never taken")]
    for line in amiss:
        print(line)
    if amiss and errors.group(1) != "0":
        steps = run(["spin", "-t", "-p", "machines.pml"], work)
        (work / "steps.txt").write_text(steps, encoding="utf-8")
        print(f"how it comes about: {work / 'steps.txt'}")
    states = re.search(r"(\S+) states, stored", found)
    print(f"{states.group(1)} states, {taken.group(1)} of {taken.group(2)} rows taken, {errors.group(1)} errors")
    if given.must_fail:
        print("noticed, as it should be" if amiss else "NOT noticed")
        return 0 if amiss else 1
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
