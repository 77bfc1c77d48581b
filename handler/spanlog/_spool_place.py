"""Where the spool is: under the user's data directory unless told otherwise."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def default_spool_dir(environ: Mapping[str, str]) -> str:
    """Give the directory: ``SPANLOG_SPOOL_DIR`` (empty: no spool), else ``spool`` in the data directory.

    That is ``SPANLOG_DATA_DIR``, else ``spanlog`` in ``XDG_DATA_HOME`` (XDG Base Directory Specification), else
    ``~/.local/share/spanlog``. Without a home there is no spool.
    """
    if (own := environ.get("SPANLOG_SPOOL_DIR")) is not None:
        return os.path.expanduser(own)  # noqa: PTH111 - pathlib is not worth its import
    if data_dir := environ.get("SPANLOG_DATA_DIR"):
        return os.path.join(os.path.expanduser(data_dir), "spool")  # noqa: PTH111, PTH118 - as above
    # The specification: a path that is not absolute is to be ignored.
    shared = environ.get("XDG_DATA_HOME", "")
    if not os.path.isabs(shared):  # noqa: PTH117 - as above
        shared = os.path.expanduser("~/.local/share")  # noqa: PTH111 - as above
    return os.path.join(shared, "spanlog", "spool") if os.path.isabs(shared) else ""  # noqa: PTH117, PTH118 - as above
