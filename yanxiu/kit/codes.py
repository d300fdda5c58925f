"""Codes that people read aloud and copy from paper: 32 characters, none of which looks like another."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OILU", "011V")


def make(length: int) -> str:
    """Return a fresh code of so many characters, five bits each, in canonical form."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def spelled(digest: bytes, length: int) -> str:
    """Return the code that bytes stand for, one character a byte: always the same for the same bytes."""
    return "".join(ALPHABET[byte % 32] for byte in digest[:length])


def grouped(code: str) -> str:
    """Return the code as it is printed: 7K2M-9QXD-04RT."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def canonical(text: str) -> str:
    """Return the comparable form of what was typed (half width); letters that look like digits are read as the digits."""
    return "".join(character for character in text.upper().translate(_READ_AS) if character in ALPHABET)
