#!/usr/bin/env bash
# The production set-up of README.md, command by command, without the demo: a gateway, a hub, two administrators and a
# physician; then real ICU numerics in two gateways' HL7 dialects through a third-party MLLP client. Every row of the
# truth must come out of the physician's workstation, and none more.
#
# usage: tests/replay/run.sh BIN_DIR DATA_DIR
#   BIN_DIR   holds wardlight-gateway, wardlight-hub and a wardlight without a window (WARDLIGHT names it)
#   DATA_DIR  holds hl7/s00001; where it is missing the replay says so and is skipped
set -euo pipefail

bin=$(cd "${1:?the directory of the programs}" && pwd)
data=${2:?the directory of the test data}/hl7/s00001
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
wardlight=${WARDLIGHT:-$bin/wardlight-desk}
mllp_send=${MLLP_SEND:-mllp_send}

if [[ ! -d $data ]]; then
  echo "replay: skipped, there is no $data"
  exit 0
fi
if ! command -v "$mllp_send" >/dev/null; then
  echo "replay: skipped, there is no mllp_send (Python package hl7)"
  exit 0
fi

work=$(mktemp -d)
pids=()
finish() {
  local pid
  for pid in "${pids[@]:-}"; do [[ -n $pid ]] && kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf -- "$work"
}
trap finish EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
gateway=127.0.0.1:$(free_port)
mllp=$(free_port)
(umask 077 && printf 'correct horse battery staple\n' >"$work/passphrase")
(umask 077 && printf 'blue garden by the sea\n' >"$work/patient-passphrase")

desk() { local who=$1; shift; "$wardlight" --profile "$work/$who" --passphrase-file "$work/passphrase" "$@"; }
hub() { "$bin/wardlight-hub" --dir "$work/hub" --passphrase-file "$work/passphrase" "$@"; }
words_of() { sed -n 's/^words //p'; }

# Ana proposes, Ben gives the second signature; $words are compared by both.
both() {
  local proposal
  proposal=$(desk ana admin "$@" | sed -n 's/^proposal //p')
  desk ben admin approve "$proposal" ${words:+--words "$words"}
}

echo "replay: two administrators make keys, and the hospital is founded"
desk ana keys create --name "Ana Admin" --role admin >/dev/null
desk ben keys create --name "Ben Admin" --role admin >/dev/null
"$bin/wardlight-gateway" init --dir "$work/gateway" --hospital "Replay Hospital" --address "$gateway" \
  --admin "$work/ana/request.txt" --admin "$work/ben/request.txt" >/dev/null
"$bin/wardlight-gateway" run --dir "$work/gateway" --listen "$gateway" 2>"$work/gateway.log" &
pids+=($!)
desk ana enrolment load "$work/gateway/answer.txt" >/dev/null
desk ben enrolment load "$work/gateway/answer.txt" >/dev/null

echo "replay: a hub and a physician are enrolled by the words their owners read aloud"
team=$(desk ana admin team create "Intensive care")
words=$(hub create --name "Hub 12" | words_of)
both enrol "$work/hub/request.txt" --words "$words" --answer "$work/answer.txt" >/dev/null
hub enrol "$work/answer.txt" >/dev/null
words=$(desk physician keys create --name "Phil Physician" --role physician | words_of)
physician=$(both enrol "$work/physician/request.txt" --words "$words" --answer "$work/answer.txt")
words="" both team join "$team" "$physician" >/dev/null
desk physician enrolment load "$work/answer.txt" >/dev/null
# Not through the function: a function in the background is a shell whose end would leave the hub running.
"$bin/wardlight-hub" --dir "$work/hub" --passphrase-file "$work/passphrase" run --no-page --mllp "127.0.0.1:$mllp" \
  >"$work/hub.out" 2>"$work/hub.log" &
pids+=($!)
for _ in $(seq 100); do grep -q listening "$work/hub.out" && break; sleep 0.1; done

echo "replay: the patient is registered with two devices and agrees"
patient=$(hub patient --name "Test Doe" --mrn MRN-1001 --bed 12 --ward ICU --interval 60000 \
  --patient-passphrase-file "$work/patient-passphrase" --out "$work/registration.txt")
desk ana admin patient "$work/registration.txt" >/dev/null
desk ana admin device register 080019FFFE0B4020 --patient "$patient" >/dev/null
desk ana admin device register 00A03700273EDE18 --patient "$patient" >/dev/null
hub agree --patient "$patient" --team "$team" --patient-passphrase-file "$work/patient-passphrase" >/dev/null
# Streams and keys follow the agreement within moments; a device that is too early is told AE and sends again.
sleep 3

echo "replay: 960 messages through mllp_send"
for dialect in ge mindray; do
  python3 "$here/messages.py" "$data/$dialect.jsonl" >"$work/$dialect.hl7"
  "$mllp_send" --loose --file "$work/$dialect.hl7" --port "$mllp" 127.0.0.1 >"$work/$dialect.acks"
done

echo "replay: the physician reads"
sleep 3
desk physician readings --patient "$patient" --csv --sync >"$work/readings.csv"
python3 "$here/compare.py" "$data/truth.csv" "$work/readings.csv" "$work/ge.acks" "$work/mindray.acks"
