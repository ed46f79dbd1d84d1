"""Files that cannot be read, that are too large, or that are called something nasty."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator

import httpx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.api.service import Service, everything, problem, sample
from tests.models.pages import scan_of_nothing

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
EXE = b"MZ\x90\x00\x03" + bytes(200)


def locked_pdf() -> bytes:
    page = io.BytesIO()
    canvas = Canvas(page, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(72, 720, "Ada Example, backend engineer, Python and PostgreSQL since 2019")
    canvas.save()
    return page.getvalue()


def locked_docx() -> bytes:
    """What Office writes when a document gets a password: an old container with the package inside."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("cv.txt", "Ada Example")
    return written.getvalue()


PDF = sample("cvs/02-").read_bytes()
BAD_FILES = {
    "empty": ("cv.pdf", b"", 422, "empty"),
    "a PDF named DOCX": ("cv.docx", PDF, 415, "application/pdf"),
    "an image": ("cv.png", PNG, 415, "not read"),
    "an image named PDF": ("cv.pdf", PNG, 415, "OCR"),
    "an archive": ("cv.zip", archive(), 415, "not read"),
    "an archive named DOCX": ("cv.docx", archive(), 415, "not a document"),
    "a program": ("cv.exe", EXE, 415, "not read"),
    "a program named TXT": ("cv.txt", EXE, 415, "not a document"),
    "a locked PDF": ("cv.pdf", locked_pdf(), 422, "password"),
    "a locked DOCX": ("cv.docx", locked_docx(), 422, "password"),
    "half a PDF": ("cv.pdf", PDF[:600], 422, ""),
    "half a DOCX": ("cv.docx", sample("cvs/06-").read_bytes()[:3000], 422, "damaged"),
    "a scan": ("cv.pdf", scan_of_nothing(), 422, "OCR"),
    "nothing but noise": ("cv.txt", b"lorem ipsum " * 40, 422, ""),
}


@pytest.mark.parametrize("name", BAD_FILES)
async def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(http: httpx.AsyncClient, name: str) -> None:
    file_name, content, status, hint = BAD_FILES[name]

    answer = await http.post("/v1/candidates", files={"file": (file_name, content)})

    said = problem(answer)
    assert (answer.status_code, hint in said["detail"]) == (status, True), said
    for one in await everything(http, "candidates"):
        assert one["profile"] is None  # never an invented one


async def test_the_row_of_an_unreadable_scan_says_what_the_answer_said(http: httpx.AsyncClient) -> None:
    said = problem(await http.post("/v1/candidates", files={"file": ("scan.pdf", scan_of_nothing())}))

    document = (await http.get(f"/v1/documents/{said['document']}")).json()

    assert (document["state"], document["owner"]) == ("failed", said["owner"])
    assert (document["error"]["title"], document["error"]["detail"]) == (said["title"], said["detail"])
    assert (await http.get(f"/v1/candidates/{said['owner']}")).json()["profile"] is None
    assert problem(await http.get(f"/v1/candidates/{said['owner']}/document"))["status"] == 409
    assert problem(await http.post("/v1/matches", json={"candidate_id": said["owner"]}))["status"] == 409


async def test_a_file_over_the_limit_is_refused(service: Service, http: httpx.AsyncClient) -> None:
    most = service.settings.max_upload_bytes

    answer = await http.post("/v1/candidates", files={"file": ("cv.txt", b"word " * (most // 5 + 1))})

    assert answer.status_code == 413
    assert f"{most:,}" in problem(answer)["detail"]
    assert await everything(http, "candidates") == []


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data; boundary=xxx"])
@pytest.mark.parametrize("path", ["/v1/candidates", "/v1/matches"])
async def test_a_body_without_a_length_is_not_read_beyond_the_limit(
    service: Service, http: httpx.AsyncClient, path: str, media_type: str
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--xxx\r\nContent-Disposition: form-data; name="file"; filename="cv.txt"\r\n\r\n'
        while True:
            sent += 1_000_000
            yield bytes(1_000_000)

    answer = await http.post(path, content=endless(), headers={"Content-Type": media_type})

    assert problem(answer)["status"] == 413
    assert sent <= service.settings.max_upload_bytes + 2_000_000


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "C:\\temp\\cv.txt",
        'a".txt',
        "a\r\nX-Evil: 1.txt",
        "Żółć\u202e.txt",
        "a" * 500 + ".txt",
        "\0.txt",
    ],
)
async def test_a_hostile_file_name_is_only_ever_shown(http: httpx.AsyncClient, name: str) -> None:
    answer = await http.post("/v1/candidates", files={"file": (name, sample("cvs/03-").read_bytes())})

    assert answer.status_code in (201, 415), answer.text
    for one in await everything(http, "candidates"):
        (document,) = (await http.get(f"/v1/candidates/{one['id']}/documents")).json()
        shown = document["file_name"]
        assert shown.isprintable()
        assert len(shown) <= 200
        assert not {"/", "\\"} & set(shown)


async def test_a_file_name_that_is_no_utf_8_is_taken(http: httpx.AsyncClient) -> None:
    lines = [b"--x", b'Content-Disposition: form-data; name="file"; filename="caf\xe9.txt"', b""]
    content = b"\r\n".join([*lines, sample("cvs/03-").read_bytes(), b"--x--", b""])

    answer = await http.post(
        "/v1/candidates", content=content, headers={"Content-Type": "multipart/form-data; boundary=x; charset=utf-8"}
    )

    assert answer.status_code == 201
