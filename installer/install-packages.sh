#!/usr/bin/env bash
# Installs what installer/packages-debian.txt lists and this machine lacks. Says what it does.
set -euo pipefail
list="$(dirname "$0")/packages-debian.txt"
if ! command -v apt-get > /dev/null; then
    echo "No apt-get here: install by hand what $list names, then run again." >&2
    exit 0
fi
missing=()
while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'install ok installed' || missing+=("$package")
done < "$list"
[ ${#missing[@]} -eq 0 ] && exit 0
echo "== installing: ${missing[*]}"
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
