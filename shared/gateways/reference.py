"""The references the sandboxes hand out: the same for the same key, as a real gateway's are."""

import hashlib


def reference(kind: str, key: str) -> str:
    """`pay_` and sixteen hex digits of the key."""
    return f"{kind}_{hashlib.sha256(key.encode()).hexdigest()[:16]}"
