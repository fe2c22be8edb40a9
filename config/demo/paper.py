"""Documents for the example: real PDF files of one page, small enough to make by hand."""

from django.core.files.base import ContentFile

from cases.services.documents import Paper


def pdf(title: str, classification: str) -> Paper:
    """A page that says what it is."""
    return Paper(
        title=title, classification=classification, filename=f"{title}.pdf", media_type="application/pdf",
        content=ContentFile(one_page(title)),
    )  # fmt: skip


def one_page(title: str) -> bytes:
    """A PDF."""
    words = title.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    drawing = b"BT /F1 20 Tf 72 760 Td (" + words + b") Tj 0 -32 Td /F1 11 Tf (Voorbeeld, geen echt stuk.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(file)
    return file + b"xref\n0 6\n0000000000 65535 f \n" + table + end
