"""The settings of real providers: all or nothing, encrypted, and never repeated in an error."""

import pytest

from shared.providers import HttpAccount, MailAccount, MailSecurity
from shared.settings import BadSetting, read

STORAGE = {"OrdersData": "UseDevelopmentStorage=true"}
SECRET = "swordfish"
UNREAD = f"@Microsoft.KeyVault(SecretUri=https://{SECRET}.vault.azure.net/secrets/key)"
MAIL = {
    "MAIL_URL": "smtp://mail.example",
    "MAIL_FROM": "orders@shop.example",
    "MAIL_USER": "shop",
    "MAIL_PASSWORD": SECRET,
}


def test_without_providers_there_are_sandboxes():
    settings = read({**STORAGE, "PAYMENT_URL": "", "PAYMENT_KEY": "", "MAIL_URL": ""})
    assert (settings.payment, settings.carrier, settings.mail) == (None, None, None)


@pytest.mark.parametrize(
    "url", ["https://pay.example", "https://pay.example:8443/v1/", "http://127.0.0.1:8080/v1"]
)
def test_a_provider_has_an_address_and_a_key(url):
    given = {f"{name}_{part}": url for name in ("PAYMENT", "CARRIER") for part in ("URL", "KEY")}
    settings = read({**STORAGE, **given})
    assert settings.payment == settings.carrier == HttpAccount(url, url)


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://mail.example", MailSecurity.STARTTLS, 587),
        ("smtps://mail.example", MailSecurity.TLS, 465),
        ("smtps://mail.example:4650", MailSecurity.TLS, 4650),
    ],
)
def test_a_mail_server_is_reached_encrypted(url, security, port):
    mail = read({**STORAGE, **MAIL, "MAIL_URL": url}).mail
    expected = MailAccount("mail.example", port, security, "orders@shop.example", "shop", SECRET)
    assert mail == expected


def test_a_mail_server_that_asks_for_no_user_may_be_reached_in_clear():
    given = {"MAIL_URL": "smtp+plain://127.0.0.1", "MAIL_FROM": "orders@shop.example"}
    mail = read({**STORAGE, **given}).mail
    assert mail == MailAccount("127.0.0.1", 25, MailSecurity.NONE, "orders@shop.example")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("PAYMENT_URL", {"PAYMENT_KEY": SECRET}),
        ("PAYMENT_KEY", {"PAYMENT_URL": "https://pay.example"}),
        ("CARRIER_KEY", {"CARRIER_URL": "https://pay.example", "CARRIER_KEY": f"{SECRET}\n"}),
        ("PAYMENT_URL", {"PAYMENT_URL": "http://pay.example", "PAYMENT_KEY": SECRET}),
        ("PAYMENT_KEY", {"PAYMENT_URL": "https://p.example", "PAYMENT_KEY": UNREAD}),
        ("MAIL_PASSWORD", {**MAIL, "MAIL_PASSWORD": UNREAD}),
        ("PAYMENT_URL", {"PAYMENT_URL": f"https://u:{SECRET}@pay.example", "PAYMENT_KEY": "k"}),
        ("PAYMENT_URL", {"PAYMENT_URL": f"https://pay.example?k={SECRET}", "PAYMENT_KEY": "k"}),
        ("PAYMENT_URL", {"PAYMENT_URL": "http://localhost.evil.example", "PAYMENT_KEY": SECRET}),
        ("MAIL_URL", {**MAIL, "MAIL_URL": ""}),
        ("MAIL_URL", {**MAIL, "MAIL_URL": f"smtp://shop:{SECRET}@mail.example"}),
        ("MAIL_URL", {**MAIL, "MAIL_URL": "smtp+plain://mail.example"}),
        ("MAIL_FROM", {**MAIL, "MAIL_FROM": "the shop"}),
        ("MAIL_PASSWORD", {**MAIL, "MAIL_USER": ""}),
        ("MAIL_PASSWORD", {**MAIL, "MAIL_PASSWORD": f"{SECRET}ß"}),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(name, changed):
    with pytest.raises(BadSetting, match=name) as raised:
        read({**STORAGE, **changed})
    assert SECRET not in str(raised.value)


def test_settings_do_not_show_the_secrets_of_providers():
    given = {"PAYMENT_URL": "https://pay.example", "PAYMENT_KEY": SECRET}
    assert SECRET not in repr(read({**STORAGE, **MAIL, **given}))
