"""Which names say that their value is a secret, and which only sound like it."""

from __future__ import annotations

import pytest

from spanlog._redact import Redactor, is_sensitive_key

SENSITIVE = """
password passwd pwd pass PASSWORD db_password user.password userPassword password2 password_confirmation newPasswords
passphrase passcode DB_PASS smtp-pass
secret secrets client_secret clientSecret app.secret secret_value secretHash
token access_token refreshToken id-token csrftoken x-amz-security-token tokenValue
authorization Authorization proxy-authorization http.request.header.authorization authorization_header
api_key apiKey apikey API-KEY api.key x-api-key openai_api_key api_keys apikey2 access_key AWS_SECRET_ACCESS_KEY
private_key privateKey signing_key encryption-key master_key account_key AccountKey ssh_key auth_key secretKey
cookie cookies set-cookie Set-Cookie http.response.header.set_cookie
credential credentials gcp_credentials bearer seed_phrase recoveryPhrase
"""

HARMLESS = """
token_count tokenCount max_tokens tokens input_tokens gen_ai.usage.input_tokens gen_ai.usage.output_tokens tokenizer
tokenizer_name token_type token_limit eos_token pad_token_id next_page_token pageToken continuation_token per_token
author authors authority authorized auth_method secretary secretariat passenger compass bypass passed passes encompass
session_id session.id session_key sessionid user.id request_id trace_id
key keys primary_key foreign_key cache_key key_count keyboard monkey public_key idempotency_key keyword
cookie_count cookies_enabled password_length password_changed_at bearing credentialing order symbol message
"""


@pytest.mark.parametrize("name", SENSITIVE.split())
def test_sensitive(name):
    assert is_sensitive_key(name)


@pytest.mark.parametrize("name", HARMLESS.split())
def test_harmless(name):
    assert not is_sensitive_key(name)


@pytest.mark.parametrize("name", ["", " ", "é", "\ud800", "k" * 100_000, "token " * 10_000 + "x"])
def test_any_text_can_be_a_name(name):
    assert not is_sensitive_key(name)


def test_names_of_one_redactor_are_not_anothers():
    assert Redactor(extra_keys=["iban"]).is_sensitive_key("customerIban")
    assert not Redactor().is_sensitive_key("customerIban")
    assert not is_sensitive_key("iban")


def test_a_name_in_another_alphabet_counts():
    redactor = Redactor(extra_keys=["contraseña", "пароль", "ñandú_clave"])
    for name in ("contraseña", "mi_Contraseña", "пароль", "ñandú-clave"):
        assert redactor.is_sensitive_key(name)
        assert redactor.redact(f"{name}=x, order=1") == f"{name}=[redacted:key], order=1"


@pytest.mark.parametrize("keys", [[""], ["-"], ["_ ."], []])
def test_a_name_without_a_letter_adds_nothing(keys):
    assert not Redactor(extra_keys=keys).is_sensitive_key("order")
    assert Redactor(extra_keys=keys).redact("order=1 pwd=x") == "order=1 pwd=[redacted:key]"
