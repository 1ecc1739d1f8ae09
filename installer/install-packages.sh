#!/usr/bin/env bash
# Installs what installer/packages-debian.txt lists and this machine lacks, and says so. Nothing missing: does nothing.
set -euo pipefail
list="$(dirname "$0")/packages-debian.txt"
if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    echo "== packages: no apt-get here. Needed: compiler with C++20, CMake 3.25, Ninja, Qt 6.4, and the libraries of $list"
    exit 0
fi
missing=()
while read -r package; do
    [[ -z "$package" || "$package" == \#* ]] && continue
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'install ok installed' || missing+=("$package")
done < "$list"
[ ${#missing[@]} -eq 0 ] && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null; then
        echo "== packages: missing: ${missing[*]}" >&2
        echo "   Not root and no sudo: ask an administrator for: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
log="$(mktemp -t trocar-packages.XXXXXX)"
echo "== packages: installing ${missing[*]}"
echo "   a minute or two; apt's own output goes to $log"
if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } > "$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "== packages: apt-get failed (above, and in $log)" >&2
    exit 1
fi
rm -f "$log"
