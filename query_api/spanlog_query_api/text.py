"""Text that may come in: bounded, and without NUL, which C readers of a log take for its end."""

from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

MAX_AGENT_ID_CHARACTERS: Final = 64
MAX_MESSAGE_CHARACTERS: Final = 1024 * 1024
MAX_NAME_CHARACTERS: Final = 256
MAX_ID_CHARACTERS: Final = 1024
MAX_SEARCH_CHARACTERS: Final = 4096


def refuse_nul(text: str) -> str:
    """Return ``text``.

    Raises:
        ValueError: it holds a NUL character.
    """
    if "\0" in text:
        raise ValueError("holds a NUL character")
    return text


def refuse_blank(text: str) -> str:
    """Return ``text``.

    Raises:
        ValueError: there is nothing in it to read.
    """
    if not text.strip():
        raise ValueError("is blank")
    return text


_NoNul = AfterValidator(refuse_nul)
_NotBlank = AfterValidator(refuse_blank)

AgentId = Annotated[str, StringConstraints(max_length=MAX_AGENT_ID_CHARACTERS), _NoNul]
Message = Annotated[str, StringConstraints(max_length=MAX_MESSAGE_CHARACTERS), _NoNul]
Name = Annotated[str, StringConstraints(max_length=MAX_NAME_CHARACTERS), _NoNul]
RequiredAgentId = Annotated[AgentId, _NotBlank]
RequiredName = Annotated[Name, _NotBlank]
RecordId = Annotated[str, StringConstraints(max_length=MAX_ID_CHARACTERS), _NoNul]
SearchText = Annotated[str, StringConstraints(max_length=MAX_SEARCH_CHARACTERS), _NoNul]
