"""The laws of files: the type by content, the order that people read in, clear refusals."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from core.errors import BadInput, EncryptedFile, TooLarge, UnreadableFile, UnsupportedType
from models.formats import FileKind, Limits, read

LIMITS = Limits()
Placed = tuple[float, float, str]


def pdf(*pages: Sequence[Placed], password: str = "") -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, encrypt=StandardEncryption(password) if password else None, invariant=1)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def word(build: docx.document.Document | None = None) -> bytes:
    made = io.BytesIO()
    (build or docx.Document()).save(made)
    return made.getvalue()


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


LEFT = [(50.0, 700.0 - 14 * n, f"Left column line {n}") for n in range(12)]
RIGHT = [(320.0, 703.0 - 15 * n, f"Right column line {n}") for n in range(12)]


def test_columns_are_read_one_after_the_other() -> None:
    text = read(
        pdf([(50, 760, "A title across the whole of the page, above both columns of it"), *LEFT, *RIGHT]),
        "a.pdf",
        LIMITS,
    ).text

    lines = [line for line in text.splitlines() if line]
    assert lines == [
        "A title across the whole of the page, above both columns of it",
        *(line for _, _, line in LEFT),
        *(line for _, _, line in RIGHT),
    ]


def test_dates_at_the_margin_stay_beside_what_they_date() -> None:
    rows = [(50.0, 700.0 - 40 * n, f"Employer {n}") for n in range(5)]
    dates = [(450.0, 700.0 - 40 * n, f"Jan 201{n} – Dec 201{n}") for n in range(5)]
    duties = [(50.0, 686.0 - 40 * n, "Did many things there") for n in range(5)]

    lines = read(pdf([*rows, *dates, *duties]), "a.pdf", LIMITS).text.splitlines()

    assert "Employer 3   Jan 2013 – Dec 2013" in lines


def test_dates_and_labels_at_the_margin_stay_beside_what_they_are_for() -> None:
    labels = ["Town", "Phone", "Mail", "Work", "2019 – now", "2015 – 2018", "School", "2012 – 2015", "Core"]
    texts = ["Leeds", "0113 496 0000", "ada@example.org", "", "Engineer", "Analyst", "", "BSc", "Algebra"]
    left = [(50.0, 700.0 - 32 * n, label) for n, label in enumerate(labels)]
    right = [(180.0, 700.0 - 32 * n, text) for n, text in enumerate(texts) if text]
    more = [(180.0, 686.0 - 32 * n, "Told in a second line of its own") for n in (4, 5, 7, 8)]

    lines = read(pdf([*left, *right, *more]), "a.pdf", LIMITS).text.splitlines()

    assert {"2019 – now   Engineer", "2015 – 2018   Analyst", "2012 – 2015   BSc"} <= set(lines)


def test_a_year_that_slipped_into_the_next_line_is_joined_to_its_month() -> None:
    placed = [(50, 700, "BEng, with a year abroad"), (400, 700, "Sep 2016 – June"), (50, 686, "Robotics")]
    placed += [(424, 686, "2020"), (50, 672, "Certificate, Fernhill Institute, July"), (50, 658, "2015")]

    text = read(pdf([(x, y, line) for x, y, line in placed]), "a.pdf", LIMITS).text

    assert "Sep 2016 – June 2020" in text
    assert "July 2015" in text


def test_dashes_of_windows_are_dashes() -> None:
    told = "Paralegal\nAugust 2021 – present\nReceptionist\nMay 2017 – May 2019\n" * 3

    text = read(told.encode("cp1252"), "a.txt", LIMITS).text

    assert "August 2021 – present" in text


def test_headers_and_page_numbers_are_said_once_or_never() -> None:
    pages = [
        [(50, 810, "Ada Lovelace"), (50, 600, f"Body of page {n}"), (280, 30, f"Page {n} of 3")] for n in (1, 2, 3)
    ]

    text = read(pdf(*pages), "a.pdf", LIMITS).text

    assert text.count("Ada Lovelace") == 1
    assert "of 3" not in text
    assert all(f"Body of page {n}" in text for n in (1, 2, 3))


def test_broken_words_and_ligatures_are_whole_again() -> None:
    page = [
        (50, 700, "Responsible for the develop-"),
        (50, 686, "ment of ef\ufb01cient full-"),
        (50, 672, "time services"),
    ]

    text = read(("\n".join(line for _, _, line in page)).encode(), "a.txt", LIMITS).text

    assert "development of efficient full-time services" in text


def test_word_documents_are_read_in_the_order_of_their_body() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Ada Lovelace"
    document.add_paragraph("First")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Jan 2020 – Feb 2021", "Engineer"
    document.add_paragraph("Last", style="List Bullet")

    lines = [line for line in read(word(document), "a.docx", LIMITS).text.splitlines() if line]

    assert lines == ["Ada Lovelace", "First", "Jan 2020 – Feb 2021   Engineer", "• Last"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    told = "Jürgen Müller, Qualitätsprüfer in Köln, führte die Prüfung für größere Aufträge über mehrere Jahre"

    assert read(told.encode(encoding), "a.txt", LIMITS).text == told


def test_markup_leaves_only_words() -> None:
    html = b"<!doctype html><title>x</title><script>alert(1)</script><h1>Nurse</h1><ul><li>Night <b>shift</b></li></ul>"
    markdown = b"# Nurse\n\n* Night **shift** at [Home](http://x.example)\n"
    rtf = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\b Nurse\b0\par Caf\'e9 \u8211? nights}"

    assert read(html, "a.html", LIMITS).text == "Nurse\n\n• Night shift"
    assert read(markdown, "a.md", LIMITS).text == "Nurse\n\n• Night shift at Home"
    assert read(rtf, "a.rtf", LIMITS).text == "Nurse\nCafé – nights"


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.pdf", UnreadableFile),
        (b"  \n ", "a.txt", UnreadableFile),
        (pdf([]), "scan.pdf", UnreadableFile),
        (b"%PDF-1.7 and then nothing", "a.pdf", UnreadableFile),
        (pdf([(50, 700, "secret")], password="x"), "a.pdf", EncryptedFile),
        (pdf([(50, 700, "text")]), "a.docx", UnsupportedType),
        (b"just text", "a.pdf", UnsupportedType),
        (b"<html><body>x</body></html>", "a.pdf", UnsupportedType),
        (b"MZ\x90\x00\x03\x00", "a.exe", UnsupportedType),
        (b"\x89PNG\r\n\x1a\n....", "", UnsupportedType),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx", UnsupportedType),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", EncryptedFile),
        (zipped(a_dot_txt=b"x"), "a.docx", UnsupportedType),
        (zipped(word__document_dot_xml=b"<x/>", word__vbaProject_dot_bin=b"x"), "a.docx", UnsupportedType),
        (word()[:200], "a.docx", UnreadableFile),
    ],
)
def test_what_cannot_be_read_is_refused_clearly(content: bytes, name: str, error: type[BadInput]) -> None:
    with pytest.raises(error) as refusal:
        read(content, name, LIMITS)

    assert len(str(refusal.value)) > 15


@pytest.mark.parametrize(
    ("content", "limits", "says"),
    [
        (b"x" * 200, Limits(file_bytes=100), "100"),
        (b"word " * 200, Limits(characters=500), "500"),
        (pdf(*[[(50, 700, "x")]] * 4), Limits(pages=3), "3"),
    ],
)
def test_a_limit_is_named_when_it_is_passed(content: bytes, limits: Limits, says: str) -> None:
    with pytest.raises(TooLarge, match=says):
        read(content, "", limits)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", bytes(200_000_000))

    with pytest.raises(TooLarge, match="unpacks"):
        read(bomb.getvalue(), "a.docx", LIMITS)


def test_entities_are_not_followed() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><office>&e;</office>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", evil)

    with pytest.raises(UnreadableFile):
        read(made.getvalue(), "a.odt", LIMITS)


def test_the_kind_is_told_by_content_when_the_name_says_nothing() -> None:
    assert read(pdf([(50, 700, "text")]), "document", LIMITS).kind is FileKind.PDF


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_text_is_read_with_and_without_its_mark(encoding: str) -> None:
    told = "Ada Lovelace, nurse in Köln since 2015, English and German"

    assert read(told.encode(encoding), "a.txt", LIMITS).text == told


@pytest.mark.parametrize("encoding", ["cp1250", "mac-roman", "shift_jis", "iso-8859-1", "utf-8"])
def test_a_page_is_read_in_the_encoding_it_names(encoding: str) -> None:
    told = {"cp1250": "Łódź, inżynier", "shift_jis": "看護師 東京"}.get(encoding, "Müller, café")

    page = f'<html><head><meta charset="{encoding}"></head><body><p>{told}</p></body></html>'

    assert read(page.encode(encoding), "a.html", LIMITS).text == told


def test_an_rtf_is_read_in_the_code_pages_of_its_fonts() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset238 Arial CE;}{\f2\fcharset128 Mincho;}"
        rb"{\f3\fcharset2 Symbol;}}{\header Ada Lovelace\par}{\footer Page {\field{\*\fldinst PAGE}{\fldrslt 1}}}"
        rb"Caf\'e9 {\f1 \'a3\'f3d\'9f} {\f2 \'8a\'c5\'8c\'ec}\par {\f3\'b7}\tab night shifts\par"
        rb"\trowd\cellx900\cellx1800\pard\intbl 2015\cell Nurse\cell\row Wi\u8211?Fi}"
    )

    lines = read(rtf, "a.rtf", LIMITS).text.splitlines()

    assert lines == ["Ada Lovelace", "Café Łódź 看護", "• night shifts", "2015   Nurse", "Wi–Fi"]


def test_html_tables_lists_and_entities_are_read_as_they_stand() -> None:
    page = (
        "<html><body><table><tr><th>2015<th>Nurse &amp; midwife<tr><td>2010<td>Student</table>"
        "<dl><dt>Languages<dd>English<br>Welsh</dl><ol><li>One<li>Two</ol>"
    )

    lines = [line for line in read(page.encode(), "a.html", LIMITS).text.splitlines() if line]

    assert lines == ["2015   Nurse & midwife", "2010   Student", "Languages", "English", "Welsh", "1. One", "2. Two"]


def test_notes_symbols_and_fields_of_word_are_read_as_they_show() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Ada Lovelace, Page 1 of 2"
    body = document.element.body
    body.insert(0, parse_xml(
        f'<w:p {nsdecls("w")}><w:r><w:sym w:font="Symbol" w:char="F0B7"/><w:t xml:space="preserve"> Night</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "https://x.example"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t xml:space="preserve"> shifts</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:ins w:id="1" w:author="A"><w:r><w:t>, days</w:t></w:r></w:ins>'
        "</w:p>"
    ))  # fmt: skip

    written = read(word(document), "a.docx", LIMITS)

    assert written.text.splitlines() == ["Ada Lovelace", "• Night shifts, days"]
    assert written.flags == ()


def test_two_columns_of_spaces_are_read_one_after_the_other_and_dates_at_the_margin_are_not() -> None:
    left = [f"Cared for patients on ward {number}" for number in range(10)]
    right = [f"Speaks language number {number} well" for number in range(10)]
    dates = [f"{2010 + number} – {2011 + number}" for number in range(10)]

    def page(other: list[str]) -> str:
        lines = (f"{a:<44}{b}" for a, b in zip(left, other, strict=True))
        return read("\n".join(lines).encode(), "a.txt", LIMITS).text

    assert [line for line in page(right).splitlines() if line] == [*left, *right]
    assert page(dates).splitlines()[3] == f"{left[3]}   {dates[3]}"


def test_columns_with_headings_side_by_side_may_be_of_few_words() -> None:
    left = ["WORK", "Quill Charters", "Deckhand", "Dec 2019 - Oct 2021", "", "SCHOOL", "Year 12, Quill High", "2019"]
    right = ["TICKETS", "White Card", "First Aid", "Forklift", "CAN DO", "REFS", "Dave at Quill", "Sheryl"]
    pairs = [*zip(left, right, strict=True), ("Leeds", "Anne"), ("York", "Bob")]
    rule = "-" * 70
    text = "\n".join(["Grace Testcase" + " " * 26 + "0113 496 0000", rule, *(f"{a:<40}{b}" for a, b in pairs)])

    lines = [line for line in read(text.encode(), "a.txt", LIMITS).text.splitlines() if line]

    assert lines[0] == "Grace Testcase   0113 496 0000"
    assert lines[-len(pairs) :] == [b for _, b in pairs]
