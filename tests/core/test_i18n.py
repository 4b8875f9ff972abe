"""Catalogues say what Babel reads in them, plural forms included; what is not translated stays as it is."""

from __future__ import annotations

from babel.messages.pofile import read_po

from bellrock.core import i18n


def test_a_catalogue_says_what_babel_reads_in_its_files() -> None:
    found = i18n.translations("ar")
    plurals = 0
    for file in sorted((i18n.LOCALE_FOLDER / "ar").glob("*.po")):
        with file.open("rb") as stream:
            catalog = read_po(stream)
        for message in catalog:
            if not message.id:
                continue
            if isinstance(message.id, str):
                assert found.gettext(message.id) == message.string
                continue
            plurals += 1
            one, many = message.id
            assert message.string is not None
            assert tuple(found.ngettext(one, many, count) for count in (0, 1, 2, 3, 11, 100)) == tuple(message.string)
    assert plurals > 5


def test_escapes_and_lines_that_go_on_are_read() -> None:
    content = 'msgid ""\n"a \\"b\\"\\n"\n"c"\nmsgstr "d\\\\e"\n\n#: there\nmsgid "one"\nmsgid_plural "many"\nmsgstr[0] "x"\nmsgstr[1] "y"\n'
    assert list(i18n._read(content)) == [('a "b"\nc', ("d\\e",)), ("one", ("x", "y"))]


def test_what_is_not_translated_stays_as_it_is() -> None:
    assert i18n.translate("ar", "No such text, %(name)s", name="you") == "No such text, you"
    assert i18n.translate_plural("ar", "%(count)s none", "%(count)s nones", 3) == "3 nones"
