"""What a person may say of a post that waits for one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from monitoring.models import OutboundPost
from monitoring.outbound.posts import post_by_hand, send_again, settle

State = OutboundPost.State


@dataclass(frozen=True, slots=True)
class Verdict:
    """`label` stands on the button, `done` is said afterwards; `of` is the state it answers."""

    of: str
    label: Promise
    done: Promise
    act: Callable[[int, User], bool]


VERDICTS: Mapping[str, Verdict] = {
    "there": Verdict(
        State.UNKNOWN,
        _("It is there"),
        _("Noted: it is there."),
        lambda post_id, by: settle(post_id, is_there=True, by=by),
    ),
    "missing": Verdict(
        State.UNKNOWN,
        _("It is not there: send again"),
        _("It is sent again."),
        lambda post_id, by: settle(post_id, is_there=False, by=by),
    ),
    "not_there": Verdict(
        State.UNKNOWN,
        _("It is not there"),
        _("Noted: it is not there, and nobody wants it sent any more."),
        lambda post_id, by: settle(post_id, is_there=False, by=by),
    ),
    "again": Verdict(State.FAILED, _("Send again"), _("It is sent again."), lambda post_id, _by: send_again(post_id)),
    "by_hand": Verdict(
        State.FAILED, _("Post it by hand"), _("It is yours to post now."), lambda post_id, _by: post_by_hand(post_id)
    ),
}


SENDS_AGAIN, ENDS = {"missing", "again"}, {"not_there"}


def verdicts_on(post: OutboundPost) -> list[tuple[str, Verdict]]:
    """Those that fit its state; what is no longer wanted is not offered to be sent again."""
    unfit = ENDS if post.still_wanted else SENDS_AGAIN
    return [(name, verdict) for name, verdict in VERDICTS.items() if verdict.of == post.state and name not in unfit]


def give_verdict(post_id: int, verdict: str, *, by: User) -> bool:
    """False if somebody was faster; `verdict` is a key of VERDICTS."""
    return VERDICTS[verdict].act(post_id, by)
