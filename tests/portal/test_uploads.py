"""A request larger than anything that can be right is refused before it is read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.uploads import largest_body

pytestmark = pytest.mark.django_db


def send(client, size: int):
    file = SimpleUploadedFile("logg.txt", b"x" * size, content_type="text/plain")
    return client.post("/hjelp/", {"subject": "Hei", "body": "Hallo", "files": file})


def test_body_larger_than_all_attachments_together_is_refused_with_a_page(client, settings):
    settings.ATTACHMENT_MAX_MB, settings.ATTACHMENT_MAX_COUNT = 1, 1
    answer = send(client, largest_body() + 1)
    assert answer.status_code == 400
    assert "1 MB" in answer.content.decode().replace("\xa0", " ")


def test_body_within_the_limit_is_taken_in(client, settings):
    settings.ATTACHMENT_MAX_MB, settings.ATTACHMENT_MAX_COUNT = 1, 1
    assert send(client, 1024 * 1024).status_code in (302, 422)


def test_limit_follows_the_settings_for_attachments(settings):
    before = largest_body()
    settings.ATTACHMENT_MAX_COUNT += 1
    assert largest_body() - before == settings.ATTACHMENT_MAX_MB * 1024 * 1024
