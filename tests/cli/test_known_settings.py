import re

import pytest

from spanlog_cli.known_settings import known_settings


def test_every_setting_that_the_code_names_is_known(repository):
    named = {
        name
        for folder in ("handler", "collector", "query_api", "cli")
        for path in (repository / folder).rglob("*.py")
        for name in re.findall(r"\bSPANLOG_[A-Z][A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    assert named <= known_settings().keys(), "add it to spanlog_cli/known_settings.py"


@pytest.mark.parametrize("name", ["SPANLOG_FLUSH_INTERVAL_SECONDS", "SPANLOG_MAX_QUEUE_RECORDS"])
def test_handlers_numbers_are_known(name):
    assert name in known_settings()


def test_handlers_settings_that_no_variable_is_read_for_are_not_known():
    assert "SPANLOG_HEADERS" not in known_settings()
