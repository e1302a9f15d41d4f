#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""nbctl_shown.py DIRECTORY: is what nbctl printed as nbctl.schema.json has it?

In the directory, for each run of a command, N.command ("name show"), N.status (exit
status with --json, and without), N.json and N.text (what it printed). Every command of
the schema has to be there, every field somewhere, and a field more has to be an error,
so that neither nbctl nor the schema can change alone.
"""
import json
import pathlib
import sys

import jsonschema

TOP = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = TOP / "userspace" / "nbctl" / "nbctl.schema.json"
ENTRY = "nbctl "
# It takes name servers, or several liars, to have these
RARE = {"nbdd", "nbdd-current", "nbns-current", "addr2"}


def documents(text):
    """JSON documents, one behind the other"""
    decoder = json.JSONDecoder()
    text = text.strip()
    while text:
        document, end = decoder.raw_decode(text)
        yield document
        text = text[end:].lstrip()


def objects(value):
    """All objects in a document"""
    if isinstance(value, dict):
        yield value
        value = value.values()
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        for part in value:
            yield from objects(part)


def declared(node):
    """Names of all fields in a schema"""
    if isinstance(node, dict):
        fields = node.get("properties", {})
        yield from fields
        node = [part for key, part in node.items() if key != "properties"] + \
            list(fields.values())
    if isinstance(node, list):
        for part in node:
            yield from declared(part)


def is_closed(validator, document):
    """Is a field more an error, wherever it is?"""
    for inner in objects(document):
        inner["undeclared"] = True
        valid = validator.is_valid(document)
        del inner["undeclared"]
        if valid:
            return False
    return True


class Checks:
    def __init__(self):
        self.schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        self.commands = {name[len(ENTRY):] for name in self.schema["$defs"]
                         if name.startswith(ENTRY)}
        self.runs, self.fields, self.wrong = set(), set(), []

    def complain(self, format_, *values):
        self.wrong.append(format_ % values)

    def validator(self, command):
        entry = "#/$defs/" + (ENTRY + command).replace(" ", "%20")
        return jsonschema.Draft202012Validator(dict(self.schema, **{"$ref": entry}))

    def check_documents(self, command, text):
        validator = self.validator(command)
        found = list(documents(text))
        silent = "not" in self.schema["$defs"][ENTRY + command]
        if len(found) != (0 if silent else 1) and command != "monitor show":
            self.complain("%s: %d JSON documents", command, len(found))
        closed = set()
        for document in found:
            for error in validator.iter_errors(document):
                best = jsonschema.exceptions.best_match([error])
                self.complain("%s: %s: %s", command, best.json_path, best.message[:300])
            # once for each set of fields: it takes time
            fields = frozenset(key for one in objects(document) for key in one)
            self.fields |= fields
            if fields not in closed and not is_closed(validator, document):
                self.complain("%s: a field more is no error", command)
            closed.add(fields)
        return found

    def check_text(self, command, text, found):
        if bool(text.strip()) != bool(found):
            self.complain("%s: text is %r", command, text[:80])
        try:
            list(documents(text))
        except ValueError:
            return
        if text.strip():
            self.complain("%s: the text for people is JSON", command)

    def check_run(self, path):
        command = path.read_text().strip()
        self.runs.add(command)
        printed = path.with_suffix(".json").read_text()
        text = path.with_suffix(".text").read_text()
        if path.with_suffix(".status").read_text().split() != ["0", "0"]:
            self.complain("%s: fails: %s%s", command, printed, text)
        try:
            found = self.check_documents(command, printed)
        except ValueError as error:
            self.complain("%s: no JSON (%s): %s", command, error, printed[:200])
            return
        self.check_text(command, text, found)
        print("%-18s %d" % (command, len(found)))

    def check_all(self, directory):
        for path in sorted(directory.glob("*.command")):
            self.check_run(path)
        for command in self.commands ^ self.runs:
            self.complain("%s: only in the schema, or only run", command)
        for field in set(declared(self.schema)) - self.fields - RARE:
            self.complain("%s: a field that was never printed", field)
        return self.wrong


problems = Checks().check_all(pathlib.Path(sys.argv[1]))
print("\n".join(problems))
sys.exit(bool(problems))
