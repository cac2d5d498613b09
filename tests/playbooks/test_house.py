"""House pages: two languages with the same anchors, published by another, frozen, harmless as HTML."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from playbooks.house import PublishPageError, anchors, public_link, publish_page, render
from playbooks.models import HousePage, HousePageVersion
from playbooks.models.agreed import FrozenVersionError
from playbooks.starter.load import load_starter
from tests.make import NOON

pytestmark = pytest.mark.django_db
BODY = "Words.\n\n## One {#one}\n\nText."


@pytest.fixture
def page() -> HousePage:
    load_starter(NOON)
    return HousePage.objects.get(slug="house-rules")


def draft(page: HousePage, author, **fields) -> HousePageVersion:
    fields = {"number": 2, "body_en": BODY, "body_de": BODY} | fields
    return HousePageVersion.objects.create(page=page, author=author, **fields)


def test_the_starter_brings_three_pages_with_the_same_anchors_in_both_languages(page):
    assert set(HousePage.objects.values_list("slug", flat=True)) == {"house-rules", "escalation", "tone"}
    for version in HousePageVersion.objects.all():
        assert version.state == "published"
        assert anchors(version.body_en) == anchors(version.body_de) != []
    assert "rule-3" in anchors(page.versions.get().body_de)


def test_nobody_publishes_what_they_wrote_and_both_languages_need_the_same_anchors(page, maya, pedro):
    version = draft(page, maya)
    with pytest.raises(PublishPageError):
        publish_page(version.pk, by=maya, now=NOON)
    HousePageVersion.objects.filter(pk=version.pk).update(body_de="## Eins {#eins}")
    with pytest.raises(PublishPageError):
        publish_page(version.pk, by=pedro, now=NOON)
    HousePageVersion.objects.filter(pk=version.pk).update(body_de=BODY)
    publish_page(version.pk, by=pedro, now=NOON)
    with pytest.raises(PublishPageError):
        publish_page(version.pk, by=pedro, now=NOON)
    assert list(page.versions.values_list("number", "state")) == [(2, "published"), (1, "retired")]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE playbooks_housepageversion SET body_en = 'x'",
        "UPDATE playbooks_housepageversion SET state = 'draft'",
        "UPDATE playbooks_housepageversion SET number = 9",
        "DELETE FROM playbooks_housepageversion",
    ],
)
def test_the_database_refuses_to_change_what_was_published(page, change):
    with pytest.raises(IntegrityError, match=r"was published and (is )?never"), transaction.atomic():
        connection.cursor().execute(change)
    with pytest.raises(FrozenVersionError):
        page.versions.get().save()


def test_markdown_becomes_html_that_can_harm_nobody():
    html = render(
        "<script>x</script>\n\n[a](javascript:alert(1)) [b](https://b.example) ![c](https://c.example/x.png)"
    ).html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html
    assert 'rel="noopener nofollow noreferrer"' in html
    assert '<h2 id="one">One</h2>' in render(BODY).html


def test_replies_link_to_where_the_public_reads_a_page(page):
    assert public_link("house-rules") == ""
    HousePage.objects.filter(pk=page.pk).update(public_address="https://www.example/rules")
    assert public_link("house-rules", "rule-3") == "https://www.example/rules#rule-3"


def test_two_people_publish_a_page_in_the_browser(client, page, ada, pedro, maya, sam):
    client.force_login(ada)
    add = reverse("admin:playbooks_housepageversion_add")
    data = {"page": page.pk, "body_en": BODY, "body_de": "## Eins {#eins}", "change_note": "shorter"}
    assert "The anchors differ" in client.post(add, data).content.decode()
    assert client.post(add, data | {"body_de": BODY}).status_code == 302
    version = page.versions.get(number=2)

    here = reverse("playbooks:house-version", args=["house-rules", 2])
    give = reverse("playbooks:publish-house", args=["house-rules", 2])
    client.post(give)
    assert page.versions.get(number=2).state == "draft", "ada wrote it"
    client.force_login(maya)
    assert client.get(here).status_code == 404
    assert client.post(give).status_code == 403
    client.force_login(sam)
    assert client.get(reverse("playbooks:house")).status_code == 403
    client.force_login(pedro)
    assert "This is a draft" in client.get(here).content.decode()
    client.post(give)
    version.refresh_from_db()
    assert (version.state, version.published_by) == ("published", pedro)
    assert '<h2 id="one">' in client.get(reverse("playbooks:house-page", args=["house-rules"])).content.decode()
    client.force_login(ada)
    assert client.post(reverse("admin:playbooks_housepageversion_change", args=[version.pk]), data).status_code == 403
