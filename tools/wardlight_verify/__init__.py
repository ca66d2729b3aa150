"""The rules of docs/spec in Python. It shares no code with crates/ledger."""
