"""`POST /hooks/{channel}/` in the description of the API. No token opens it but a signature, so it is told by hand."""

from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from monitoring.api_examples import INCOMING
from monitoring.ingest import MOST_AT_ONCE
from plumbing.problems import CONTENT_TYPE

Part = dict[str, Any]
PATH = "/hooks/{channel}/"
SLUG = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": 50}
TEXT = {"type": "string", "minLength": 1}
RETRY_AFTER = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
EXAMPLE = {name: value for name, value in INCOMING.items() if name != "channel"}
REJECTED = {"type": "array", "items": {"$ref": "#/components/schemas/IngestResult"}}
KEPT = {"status": {"const": "received"}, "mentions": {"type": "integer", "minimum": 0}, "rejected": REJECTED}
KEPT_BEFORE = {"status": {"const": "already received"}}


def add_hooks(result: Part, **_kwargs: Any) -> Part:
    """For the generator's POSTPROCESSING_HOOKS, after `accounts.api_schema.tidy`."""
    schemas = result["components"]["schemas"]
    schemas["PushedMention"] = mention_without_channel(schemas["IncomingMention"])
    schemas["PushedMentions"] = one_or_many({"$ref": "#/components/schemas/PushedMention"})
    result["paths"][PATH] = {"post": call()}
    return result


def mention_without_channel(mention: Part) -> Part:
    """The address names the channel; a mention may repeat it."""
    pushed = deepcopy(mention)
    pushed["description"] = _("As by API; `channel` may be left out.")
    pushed["required"] = [name for name in mention["required"] if name != "channel"]
    return pushed


def one_or_many(mention: Part) -> Part:
    return {"oneOf": [mention, {"type": "array", "items": mention, "maxItems": MOST_AT_ONCE}]}


def call() -> Part:
    return {
        "operationId": "receive_webhook",
        "summary": _("Hand in mentions by webhook"),
        "description": _(
            "For a channel of the kind *Signed webhook*: no token, but a signature as Standard Webhooks has it, with a "
            "secret that an administrator made. The body is one mention, a list, or either as `data` of an event; it "
            "is kept, answered, and read within seconds. Repeat under the same `webhook-id` what 2xx did not answer."
        ),
        "tags": ["webhooks"],
        "security": [],
        "parameters": [channel(), *headers()],
        "requestBody": {"required": True, "content": {"application/json": body()}},
        "responses": answers(),
    }


def channel() -> Part:
    about = _("The short name of the channel.")
    return {"name": "channel", "in": "path", "required": True, "schema": SLUG, "description": about}


def headers() -> list[Part]:
    told = {
        "webhook-id": _("Names this delivery; what came under it before is not read again."),
        "webhook-timestamp": _("Seconds since 1970, at most five minutes off."),
        "webhook-signature": _("One or more `v1,…`, separated by spaces: HMAC-SHA256 of `id.timestamp.body`, Base64."),
    }
    return [
        {"name": name, "in": "header", "required": True, "schema": TEXT, "description": about}
        for name, about in told.items()
    ]


def body() -> Part:
    mentions = {"$ref": "#/components/schemas/PushedMentions"}
    event = {"type": "object", "required": ["type", "data"], "properties": {"type": TEXT, "data": mentions}}
    return {"schema": {"oneOf": [mentions, event]}, "examples": {"Mention": {"value": EXAMPLE, "summary": "mention"}}}


def answers() -> Part:
    return {
        "202": answer(_("Kept. What is wrong with a mention stands in `rejected` and harms no other."), KEPT),
        "200": answer(_("This `webhook-id` came before: nothing was done."), KEPT_BEFORE),
        "400": refusal(_("The body is not JSON.")),
        "401": refusal(_("A header is missing or no signature fits. A channel that does not exist answers the same.")),
        "411": refusal(_("The length of the body is not said.")),
        "413": refusal(_("The body is larger than 5 MB, or the list too long.")),
        "415": refusal(_("The body must be JSON, and not compressed.")),
        "429": refusal(_("Too many refused signatures in this minute.")) | {"headers": RETRY_AFTER},
        "500": refusal(_("Our own fault.")),
        "503": refusal(_("The channel is paused.")) | {"headers": RETRY_AFTER},
    }


def answer(about: str, properties: Part) -> Part:
    shape = {"type": "object", "required": list(properties), "properties": properties}
    return {"description": about, "content": {"application/json": {"schema": shape}}}


def refusal(about: str) -> Part:
    return {"description": about, "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
