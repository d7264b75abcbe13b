"""A file that people uploaded, sent so that a browser can only save it."""

from django.http import FileResponse, Http404

from triage.tickets.models import Attachment


def download(attachment: Attachment) -> FileResponse:
    """The file as a download that runs nothing and is kept by no cache.

    The caller has checked who asks. Raises Http404 when the file is gone from the disk.
    """
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
