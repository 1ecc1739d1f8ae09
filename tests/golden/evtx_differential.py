#!/usr/bin/python3
"""Compares Trocar's EVTX reader with libevtx, record by record, over every .evtx below a directory.

usage: evtx_differential.py EVTX_DUMP DIRECTORY      (TROCAR_DATA in the environment wins over DIRECTORY)

Compared for each record: identifier, event id, written time, provider, channel, computer, level, and each named value of the
event (EventData, UserData and others), in order, read from libevtx's XML. Exit 0: equal, or different only in a way that is
named below and in docs/formats/evtx.md; 1: other differences; 77: libevtx's Python module or the data are not there (a skip).
Everything that is allowed is counted and printed."""
import collections
import glob
import json
import os
import re
import subprocess
import sys
import types
import xml.etree.ElementTree as ET

ALLOWED = {
    "hex_padding": "libevtx pads hexadecimal numbers to eight or sixteen digits (0x001fffff); Windows does not",
    "guid_case": "GUIDs are compared without case and braces",
    "time_digits": "libevtx writes nine fraction digits or a SYSTEMTIME without zone; the instant is compared",
    "line_break_kept": "libevtx gives a text that is only a line break as empty; the bytes hold one",
    "only_here": "records that libevtx does not list: it ends a chunk at the first damaged record",
    "libevtx_fails": "libevtx lists the record but cannot read it",
}
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def local(tag):
    return tag.split("}", 1)[-1]


def text_of(element):
    return "".join(element.itertext()) if len(element) == 0 else (element.text or "")


def path_values(element, prefix, out):
    """Names as importers/readers/evtx/plan.h has them."""
    name = prefix + ("/" if prefix else "") + local(element.tag)
    attributes = [(f"{name}@{local(key)}", value) for key, value in element.attrib.items()]
    out.extend(attributes)
    for child in element:
        path_values(child, name, out)
    own = (element.text or "").strip() if len(element) else (element.text or "")
    if own or (len(element) == 0 and not attributes):
        out.append((name, own))


def values_of(event):
    out = []
    for child in event:
        kind = local(child.tag)
        if kind == "System":
            continue
        if kind == "EventData":
            out.extend((f"EventData@{local(key)}", value) for key, value in child.attrib.items())
            unnamed = 0
            for data in child:
                name = data.attrib.get("Name", "")
                base = name or local(data.tag)
                out.extend((f"{base}@{local(key)}", value) for key, value in data.attrib.items() if key != "Name")
                for nested in data:
                    path_values(nested, base, out)
                own = data.text or ""
                if not name and local(data.tag) == "Data":
                    unnamed += 1
                    name = f"Data{unnamed}"
                if len(data) == 0 or own.strip():
                    out.append((name or local(data.tag), own))
        elif kind == "UserData":
            for wrapper in child:
                attributes = [(f"{local(wrapper.tag)}@{local(k)}", v) for k, v in wrapper.attrib.items()]
                out.extend(attributes)
                for element in wrapper:
                    path_values(element, "", out)
                if len(wrapper) == 0 and (wrapper.text or not attributes):
                    out.append((local(wrapper.tag), wrapper.text or ""))
        else:
            path_values(child, "", out)
    return out


def normal(kind, text, used):
    """A value in a form that both notations share."""
    if kind == "hex" or re.fullmatch(r"0x[0-9a-fA-F]+", text):
        try:
            number = int(text, 16)
        except ValueError:
            return text
        if text != hex(number):
            used["hex_padding"] += 1
        return ("hex", number)
    guid = re.fullmatch(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?", text)
    if guid:
        used["guid_case"] += text != "{" + guid.group(1).lower() + "}"
        return ("guid", guid.group(1).lower())
    time = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d+)Z?", text)
    if time:
        used["time_digits"] += 1
        return ("time", time.group(1), time.group(2).ljust(9, "0"))
    return text


def read_all(record):
    """Everything at once: libevtx frees what a record refers to when further records are read."""
    return types.SimpleNamespace(
        identifier=record.identifier, written=record.get_written_time_as_integer(), event=record.event_identifier & 0xFFFF,
        source=record.source_name or "", computer=record.computer_name or "", level=record.event_level,
        user=record.user_security_identifier or "", xml=record.get_xml_string())


def compare(mine, theirs, used):
    """Differences of one record as a list of texts."""
    wrong = []

    def check(what, a, b):
        if a != b:
            wrong.append(f"{what}: {a!r} here, {b!r} in libevtx")

    check("identifier", mine["id"], theirs.identifier)
    check("written time", mine["written"], theirs.written)
    check("event id", mine["event_id"], theirs.event)
    check("source", mine["event_source"] or mine["provider"], theirs.source)
    check("computer", mine["computer"], theirs.computer)
    check("level", mine["level"], theirs.level)
    check("user", mine["user"], theirs.user)
    try:
        # XML parsers turn CR LF into LF and refuse control characters: neither is libevtx's doing.
        event = ET.fromstring(CONTROL.sub("\ufffd", theirs.xml.rstrip("\0")).replace("\r", "&#13;"))
    except ET.ParseError as error:
        return wrong + [f"libevtx's XML does not parse: {error}"]
    system = next(child for child in event if local(child.tag) == "System")
    for child in system:
        tag = local(child.tag)
        if tag == "Provider":
            check("provider", mine["provider"], child.attrib.get("Name", ""))
        elif tag == "Channel":
            check("channel", mine["channel"], child.text or "")
        elif tag == "EventRecordID":
            check("EventRecordID", mine["record"], int(child.text or "0"))
        elif tag == "Execution" and child.attrib.get("ProcessID"):
            check("ProcessID", mine["pid"], int(child.attrib["ProcessID"], 0))
            check("ThreadID", mine["tid"], int(child.attrib.get("ThreadID", "0"), 0))
        elif tag == "Keywords":
            check("Keywords", mine["keywords"], int(child.text or "0", 16))
        elif tag == "TimeCreated" and child.attrib.get("SystemTime"):
            check("TimeCreated", normal("time", mine["time"], used), normal("time", child.attrib["SystemTime"], used))
    here = [(name, normal(kind, CONTROL.sub("\ufffd", text), used)) for name, kind, text in mine["fields"]]
    there = [(name, normal("", text, used)) for name, text in values_of(event)]
    if here != there:
        unbroken = [(name, "" if isinstance(value, str) and value.strip("\r\n") == "" else value) for name, value in here]
        if unbroken == there:
            used["line_break_kept"] += 1
        else:
            only_here = [pair for pair in here if pair not in there]
            only_there = [pair for pair in there if pair not in here]
            wrong.append(f"values: only here {only_here[:3]!r}, only in libevtx {only_there[:3]!r}")
    return wrong


def check_file(pyevtx, dump, path, used):
    lines = subprocess.run([dump, path], capture_output=True, check=True).stdout.splitlines()
    mine = [json.loads(line) for line in lines]
    log = pyevtx.file()
    log.open(path)
    theirs, failed = {}, {}
    for index in range(log.number_of_records):
        try:
            record = read_all(log.get_record(index))
            theirs.setdefault(record.identifier, record)
        except OSError as error:
            failed[index] = str(error)
    used["libevtx_fails"] += len(failed)
    problems, equal = [], 0
    seen = set()
    for record in mine:
        if record["id"] not in theirs:
            if "error" not in record:
                used["only_here"] += 1
            continue
        seen.add(record["id"])
        if "error" in record:
            problems.append(f"record {record['id']}: does not read here: {record['error']}")
            continue
        wrong = compare(record, theirs[record["id"]], used)
        equal += not wrong
        problems.extend(f"record {record['id']}: {text}" for text in wrong)
    problems.extend(f"record {number}: only in libevtx" for number in theirs if number not in seen)
    log.close()
    return len(mine), len(theirs), equal, problems


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    dump, directory = sys.argv[1:]
    directory = os.environ.get("TROCAR_DATA", directory)
    files = sorted(glob.glob(os.path.join(directory, "**", "*.evtx"), recursive=True))
    try:
        import pyevtx
    except ImportError:
        print("SKIPPED: Python module pyevtx (Debian: python3-libevtx) is not installed; nothing was compared")
        return 77
    if not files:
        print(f"SKIPPED: no .evtx below {directory}; nothing was compared")
        return 77
    total, bad = 0, 0
    used = collections.Counter()
    for path in files:
        here, there, equal, problems = check_file(pyevtx, dump, path, used)
        total += equal
        bad += len(problems)
        print(f"{os.path.basename(path)}: {here} records here, {there} in libevtx, {equal} equal, {len(problems)} problems")
        for problem in problems[:8]:
            print("   ", problem)
    print(f"\n{len(files)} files, {total} records equal, {bad} problems; libevtx {pyevtx.get_version()}")
    for name, text in ALLOWED.items():
        print(f"  allowed {name}: {used[name]}  ({text})")
    return 1 if bad or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
