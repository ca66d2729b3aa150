#!/usr/bin/env bash
# An upgrade keeps what people have: installs one package, enrols a nurse with it on its own demo ward and fetches what is
# shared, installs the next one over it, and looks whether the profile opens with every reading and alarm, the window
# starts and the desktop knows it. As root, on a machine where Wardlight is not installed; it is taken off at the end.
#
#   tests/package/upgrade.sh OLD.deb NEW.deb
set -euo pipefail

fail() { printf 'upgrade: %s\n' "$*" >&2; exit 1; }
(($# == 2)) || fail "two packages: the old one and the new one"
((EUID == 0)) || fail "packages are installed as root"
old=$(realpath -- "$1") new=$(realpath -- "$2")
dpkg-query -W -f='${Status}' wardlight 2>/dev/null | grep -q 'ok installed' && fail "Wardlight is installed here; take it off first"
version() { dpkg-deb -f "$1" Version; }
dpkg --compare-versions "$(version "$old")" lt "$(version "$new")" || fail "$(version "$new") is no upgrade of $(version "$old")"

home=$(mktemp -d)
ward=""
trap '[[ -z $ward ]] || kill "$ward" 2>/dev/null || true; dpkg -r wardlight >/dev/null 2>&1 || true; rm -rf -- "$home"' EXIT
export HOME=$home XDG_RUNTIME_DIR=$home/runtime NO_AT_BRIDGE=1 GDK_BACKEND=x11
for folder in DATA CONFIG CACHE STATE; do export "XDG_${folder}_HOME=$home/${folder,,}"; done
mkdir -m 700 "$XDG_RUNTIME_DIR"
printf 'correct horse battery staple\n' >"$home/pass"
profile=$home/profile

installed() { dpkg-query -W -f='${Version}' wardlight; }
# What of a profile must be the same before and after.
digest() { (cd "$profile" && find . -type f ! -name '*.lock' ! -name 'window*' -print0 | sort -z | xargs -0 sha256sum); }
desk() { wardlight "$1" --profile "$profile" --passphrase-file "$home/pass" "${@:2}"; }
opens() { desk status >"$home/status" || fail "the profile does not open with $(installed)"; }
# What the profile holds, without asking anybody.
held() { desk readings | sort; desk alarms | cut -d, -f1 | sort; }
# A ward on this machine that has this nurse in its team.
enrol() {
  wardlight-demo --dir "$home/demo" --request "$profile/request.txt" --patients 3 --history 1 >"$home/ward" 2>"$home/ward.log" &
  ward=$!
  for _ in $(seq 1 120); do
    grep -q '"answer"' "$home/ward" && break
    sleep 0.5
  done
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["answer"], end="")' "$home/ward" >"$home/answer.txt" ||
    fail "the demo ward does not start: $(tail -n 3 "$home/ward.log")"
  desk enrolment load "$home/answer.txt" >/dev/null
  for _ in $(seq 1 12); do
    (($(desk readings --sync | wc -l) > 500)) && break
    sleep 5
  done
  kill "$ward" && wait "$ward" || true
  ward=""
}
shows() {
  dbus-run-session -- xvfb-run -a -s "-screen 0 1280x800x24" wardlight --profile "$profile" --seconds 6 >"$home/window.log" 2>&1 ||
    fail "the window of $(installed) does not start: $(tail -n 3 "$home/window.log")"
}
registered() {
  local entry
  entry=$(dpkg -L wardlight | grep '/usr/share/applications/.*\.desktop$') || fail "no desktop entry"
  grep -q '^Exec=wardlight' "$entry" || fail "the desktop entry starts something else"
}

dpkg -i "$old" >/dev/null
[[ $(installed) == "$(version "$old")" ]] || fail "the old package is not installed"
wardlight --profile "$profile" --passphrase-file "$home/pass" keys create --name "Ines Calder" --role nurse >/dev/null
enrol; opens; shows; registered
had=$(held)
(($(wc -l <<<"$had") > 500)) || fail "the old package fetched nothing to be kept"
before=$(digest)
request=$(cat "$profile/request.txt")

dpkg -i "$new" >/dev/null
[[ $(installed) == "$(version "$new")" ]] || fail "the new package is not installed"
[[ $(digest) == "$before" ]] || fail "the upgrade itself changed the profile"
opens; shows; registered
[[ $(held) == "$had" ]] || fail "readings or alarms are not what they were"
[[ $(cat "$profile/request.txt") == "$request" ]] || fail "the profile is another person's after the upgrade"

dpkg -r wardlight >/dev/null
[[ -s $profile/request.txt ]] || fail "taking the package off took the profile with it"
printf 'upgrade: %s to %s, %d readings and alarms kept, the window started with both\n' \
  "$(version "$old")" "$(version "$new")" "$(wc -l <<<"$had")"
