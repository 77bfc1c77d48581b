"""What can go wrong in a way that the person at the keyboard can mend.

CommandError                  one line on stderr, exit code 2
├── ApiError                  the query API answered with an error
│   └── ApiUnauthorizedError  … because of the key
└── ApiUnreachableError       nothing answers there
"""

import click


class CommandError(click.ClickException):
    """The message is one line that says what to do."""

    exit_code = 2

    def lines_below(self) -> list[str]:
        """Give what is printed below the message; nothing by default."""
        return []


class ApiError(CommandError):
    """The query API refused the question.

    Attributes:
        status: the HTTP status it answered with.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ApiUnauthorizedError(ApiError):
    """The key is missing, or is none that the API knows."""


class ApiUnreachableError(CommandError):
    """No connection, or one that broke before there was an answer."""
