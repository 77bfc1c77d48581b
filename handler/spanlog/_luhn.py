"""Is a row of digits a payment card's number? Length and first digits of a network, and the Luhn checksum.

The networks' ranges matter: one in ten numbers passes Luhn by chance, and programs log many long numbers
(times in milliseconds and nanoseconds, snowflake ids), most of which no network has issued.
"""

from __future__ import annotations

import re

# ISO/IEC 7812 ranges in use: Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Maestro.
_NETWORKS = re.compile(
    r"""
    4 (?: [0-9]{12} | [0-9]{15} | [0-9]{18} )
    | (?: 5[1-5] [0-9]{2} | 222[1-9] | 22[3-9][0-9] | 2[3-6][0-9]{2} | 27[01][0-9] | 2720 ) [0-9]{12}
    | 3[47] [0-9]{13}
    | (?: 6011 | 65[0-9]{2} | 64[4-9][0-9] ) [0-9]{12,15}
    | (?: 30[0-5] | 309 | 36[0-9] | 3[89][0-9] ) [0-9]{11,16}
    | 35 (?: 2[89] | [3-8][0-9] ) [0-9]{12,15}
    | 62 [0-9]{14,17}
    | (?: 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 676[1-3] ) [0-9]{9,15}
    """,
    re.VERBOSE,
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_card_number(digits: str) -> bool:
    """Whether 13 to 19 ASCII digits, without separators, are a card's number."""
    return _NETWORKS.fullmatch(digits) is not None and _passes_luhn(digits)


def _passes_luhn(digits: str) -> bool:
    backwards = [int(digit) for digit in reversed(digits)]
    return (sum(backwards[::2]) + sum([_DOUBLED[digit] for digit in backwards[1::2]])) % 10 == 0
