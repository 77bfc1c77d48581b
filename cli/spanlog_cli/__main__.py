"""``python -m spanlog_cli`` is ``spanlog``."""

from spanlog_cli.main import main

main()
