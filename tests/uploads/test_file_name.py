"""File names as people give them, and what we make of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.application.uploads.file_name import safe

NAMES = {
    "mug.jpg": "mug.jpg",
    "MUG.JPG": "MUG.JPG",
    "my holiday (1).jpeg": "my-holiday-1.jpeg",
    "Größe, Übersicht.png": "Groe-Ubersicht.png",
    "照片.png": "file.png",
    "фото": "file",
    "C:\\fakepath\\cat.gif": "cat.gif",
    "../../etc/passwd": "passwd",
    ".htaccess": "file.htaccess",
    "..": "file",
    "a.tar.gz": "a-tar.gz",
    "evil.php%00.jpg": "evil-php-00.jpg",
    "photo\u202egpj.exe": "photogpj.exe",
    "a" * 300 + ".webp": "a" * 80 + ".webp",
    "no extension": "no-extension",
    "ends.": "ends",
    "long.extensionthatisnone": "long-extensionthatisnone",
}


@pytest.mark.parametrize(("given_name", "made"), NAMES.items())
def test_a_name_becomes_safe(given_name, made):
    assert safe(given_name) == made


@given(st.text(max_size=300))
def test_whatever_it_is_called_it_is_safe_and_stays_so(name):
    made = safe(name)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}(\.[A-Za-z0-9]{1,10})?", made)
    assert safe(made) == made
