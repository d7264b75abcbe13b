import re

import pytest
from django.urls import reverse

from portal.csp import is_wagtails, with_nonce
from tests.factories import make_article, make_user

PANEL = '(function() {\n var panel = new InlinePanel(JSON.parse("{\\u0022a\\u0022: 1}"));\n })();'


@pytest.mark.parametrize(
    "script",
    [
        'initDateChooser("id_x", {"format": "Y-m-d"});',
        'initDateTimeChooser("id_go_live\\u002Dat", {});',
        'new PageChooser("id_x", {"modalUrl": "/a/"});',
        'new Chooser("id_x", {});',
        PANEL,
        PANEL.replace("InlinePanel", "MultipleChooserPanel"),
    ],
)
def test_scripts_of_wagtails_widgets_are_known(script):
    assert is_wagtails(script)


@pytest.mark.parametrize(
    "script",
    [
        "alert(1)",
        'initDateChooser("id_x", {}); alert(1);',
        'initDateChooser("id_x", alert(1));',
        'initDateChooser("id_x", {}); initDateChooser("id_y", {});',
        'new PageChooser("a", {}), alert(1);',
        'new Function("alert(1)");',
        PANEL.replace("})();", "alert(1)})();"),
        PANEL.replace("1}", '1}"));alert(JSON.parse("{}'),
    ],
)
def test_anything_else_is_not(script):
    assert not is_wagtails(script)


def test_only_known_scripts_get_the_nonce():
    html = '<script>alert(1)</script><script>initTimeChooser("a", {});</script><script src="x">'

    assert with_nonce(html, "abc") == (
        '<script>alert(1)</script><script nonce="abc">initTimeChooser("a", {});</script>'
        '<script src="x">'
    )


@pytest.mark.django_db
def test_editor_has_a_nonce_on_every_inline_script_and_inline_styles_only_there(client):
    article = make_article()
    client.force_login(make_user(groups=("editor",)))
    response = client.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    policy = response["Content-Security-Policy"]
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)[1]
    html = response.content.decode()

    plain = re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"|nonce=))[^>]*>", html)
    assert plain == []
    assert f'<script nonce="{nonce}">' in html
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "unsafe-inline" not in client.get(article.url)["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
