"""The code that proves who may make the first account: whoever can read the server's screen.

It is an HMAC under SECRET_KEY, so that every process knows it; it opens nothing once somebody has an account.
"""

import hmac

from django.utils.crypto import salted_hmac

SALT = "config.first_run"
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # without look-alikes: typed from a screen
LENGTH, GROUP = 16, 4  # 79 bits


def setup_code() -> str:
    """Such as k7f3-m2qx-9hpt-c4vd."""
    number = int.from_bytes(salted_hmac(SALT, "setup code", algorithm="sha256").digest(), "big")
    signs = []
    for _place in range(LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return "-".join("".join(signs[start : start + GROUP]) for start in range(0, LENGTH, GROUP))


def is_setup_code(text: str) -> bool:
    """However it was typed: capitals, spaces and dashes do not count."""
    return hmac.compare_digest(letters(text).encode(), letters(setup_code()).encode())


def letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
