#!/usr/bin/env bash
# Runs the second verifier (tools/verify.py) over docs/spec/vectors/chain.json, or over the file given; with --archive or
# --evidence over archives and bundles, with --differential against wardlight-verify (tools/verify_differential.py).
# Its two packages go into a virtual environment of their own under the target directory. Where they cannot be had, for
# instance without a network, this says so and counts as skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv="${CARGO_TARGET_DIR:-target}/verify-venv"
skip() { printf 'skipped: %s\n' "$*"; exit 0; }

command -v python3 >/dev/null || skip "python3 is not installed"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv" >/dev/null 2>&1 || skip "python3 cannot make a virtual environment"
if ! "$venv/bin/python" -c 'import cbor2, cryptography' 2>/dev/null; then
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check cbor2==6.3.0 cryptography==50.0.2 \
    >/dev/null 2>&1 || skip "the Python packages cbor2 and cryptography are not available"
fi
case "${1:-}" in
  --archive | --evidence | --differential) exec "$venv/bin/python" tools/verify_differential.py "$@" ;;
  *) exec "$venv/bin/python" tools/verify.py "$@" ;;
esac
