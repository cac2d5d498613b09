"""Playbooks tried in the browser: the pages in their looks, and one way from a mention to a report."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from monitoring.models import Author
from playbooks.models import PlaybookVersion
from plumbing.jobs import run_jobs
from plumbing.models import Job
from tests.browser.story import tell
from tests.triage.test_replay import drafted
from triage.check_job import start_check
from triage.models import Suggestion
from triage.replay import Selection
from triage.replay_job import start_replay

pytestmark = pytest.mark.browser


@pytest.fixture
def told(db, maya):
    return tell(assignee=maya)


@pytest.fixture
def draft(told) -> PlaybookVersion:
    return drafted()


def replayed(draft: PlaybookVersion, by: User) -> Job:
    job = start_replay(draft, Selection(last=200), by=by)
    run_jobs(10)
    return job


def test_trying_is_well(show, told, draft, pedro):
    def is_open(page: Page) -> None:
        expect(page.locator("#tried h2").first).to_be_visible()

    show("try-empty", "/playbooks/try/", pedro, act=is_open, at_least=1)
    show("try-question", f"/playbooks/try/?version={draft.pk}&mention={told['lena'].pk}", pedro, act=is_open)
    show("try-escalation", f"/playbooks/try/?mention={told['fire'].pk}", pedro, act=is_open, at_least=1)


def test_replays_are_well(show, told, draft, pedro):
    waiting = start_replay(draft, Selection(last=10_000), by=pedro)
    Job.objects.filter(pk=waiting.pk).update(state="running", done=6_200, total=10_000, free_at="2100-01-01T00:00Z")
    report = replayed(draft, pedro)
    show("job", f"/jobs/{waiting.pk}/", pedro, act=lambda page: expect(page.locator("progress")).to_be_visible())
    show("replays", "/playbooks/replay/", pedro, act=lambda page: expect(page.locator(".replays")).to_be_visible())
    show(
        "replay-report",
        f"/playbooks/replay/{report.pk}/",
        pedro,
        act=lambda page: expect(page.locator(".change").first).to_be_visible(),
    )


def test_the_check_is_well(show, told, pedro):
    Suggestion.objects.filter(disposition="escalate").update(disposition="ignore")
    Author.objects.update(followers=7)
    job = start_check(by=pedro)
    run_jobs(10)
    address = f"/playbooks/check/{job.pk}/"
    show("check", address, pedro, act=lambda page: expect(page.locator("#faults-title")).to_be_visible(), at_least=1)


def test_a_lead_walks_a_mention_and_replays_fifty_through_a_draft(open_page, told, draft, pedro):
    page = open_page(f"/m/{told['thanks'].pk}/", pedro)
    page.locator("#explanation summary").first.click()
    page.get_by_role("link", name="Try another version on it").click()
    expect(page.locator("#outcome-title")).to_have_text("Respond")

    page.get_by_label("Version", exact=True).select_option(str(draft.pk))
    page.get_by_role("button", name="Walk it").click()
    expect(page.locator("#outcome-title")).to_have_text("Ignore")
    page.get_by_role("button", name="Confirm: no risk").click()
    expect(page.locator("#tried .steps li[data-answered='person']").first).to_be_visible()
    page.watch.assert_well()

    page.get_by_role("link", name="Replay", exact=True).click()
    page.get_by_label("Version to try").select_option(str(draft.pk))
    page.get_by_label("How many").fill("50")
    page.get_by_role("button", name="Start the replay").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    run_jobs(10)
    page.get_by_role("link", name="See what came of it").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.locator(".change", has_text="Oma Gerda")).to_contain_text("Ignore")
    page.watch.assert_well()
