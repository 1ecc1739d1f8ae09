#!/usr/bin/env python3
"""Writes layouts.inc: the payload of each event of the providers that have a meaning here.

usage: make_layouts.py SCHEMA.json > layouts.inc

SCHEMA.json: {"providers": {NAME: {"events": [{"id", "version", "fields": [{"name", "type"}]}]}}}, made from the manifests as
jdu2600/Windows10EtwEvents (manifest/*.tsv @84e7261, Windows 10 1511 to Windows 11 26H1) and repnz/etw-providers-docs list them;
version 0 of Threat-Intelligence from Windows 10 1803. Events with arrays of unknown element type are left out.
"""
import json
import sys
import textwrap

TYPES = {"UInt8": "u8", "UInt16": "u16", "UInt32": "u32", "UInt64": "u64", "HexInt64": "x64", "Pointer": "ptr",
         "FILETIME": "time", "UnicodeString": "str", "AnsiString": "ansi", "SID": "sid", "GUID": "guid", "Boolean": "bool"}
# Bit masks and status codes, which people read in hexadecimal.
HEX = {"DesiredAccess", "ReturnCode", "OperationStatus", "AllocationType", "ProtectionMask", "LastProtectionMask",
       "ContextFlags", "ContextMask"}
TABLES = {"Microsoft-Windows-Kernel-Process": "kKernelProcess",
          "Microsoft-Windows-Kernel-Audit-API-Calls": "kAuditApiCalls",
          "Microsoft-Windows-Threat-Intelligence": "kThreatIntelligence"}


def code(field):
    kind = TYPES[field["type"]]
    return kind.replace("u", "x") if field["name"] in HEX and kind in ("u16", "u32") else kind


def main():
    with open(sys.argv[1], encoding="utf-8") as schema:
        providers = json.load(schema)["providers"]
    print("// Made by make_layouts.py; not to be edited. Event id, version, and the fields in the order of the payload.")
    for name, table in TABLES.items():
        print(f"constexpr Layout {table}[] = {{")
        for event in sorted(providers[name]["events"], key=lambda e: (e["id"], e["version"])):
            if any(field["type"] not in TYPES for field in event["fields"]):
                continue
            words = " ".join(f"{field['name']}:{code(field)}" for field in event["fields"])
            lines = textwrap.wrap(words, 110, break_long_words=False) or [""]
            quoted = "\n".join(f'     "{line}{" " if i + 1 < len(lines) else ""}"' for i, line in enumerate(lines))
            print(f"    {{{event['id']}, {event['version']},\n{quoted}}},")
        print("};")


if __name__ == "__main__":
    main()
