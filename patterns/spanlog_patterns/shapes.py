"""A message → its shape: the words it is made of, each masked. This is what is done for every line."""

from typing import Final

from spanlog_patterns.words import mask_word

MAX_CHARACTERS: Final = 4096
"""What stands behind them does not decide what a message is."""

_MAX_WORDS: Final = 200_000
_FOLD: Final = str.maketrans("123456789", "000000000")


class Shaper:
    """Gives shapes, and remembers how words are masked: a regular expression for each line would be ten times slower.

    Its memory is bounded: it forgets all words when it has seen 200,000. One shaper is for one thread.
    """

    def __init__(self) -> None:
        self._masked: dict[str, str] = {}

    def shape(self, message: str) -> str:
        """Return the shape: equal for messages that differ only in their numbers, ids and addresses."""
        masked = self._masked
        words = message[:MAX_CHARACTERS].translate(_FOLD).split()
        try:
            return " ".join([masked[word] for word in words])
        except KeyError:
            return " ".join([self._mask(word) for word in words])

    def _mask(self, word: str) -> str:
        found = self._masked.get(word)
        if found is None:
            if len(self._masked) >= _MAX_WORDS:
                self._masked.clear()
            found = self._masked[word] = mask_word(word)
        return found
