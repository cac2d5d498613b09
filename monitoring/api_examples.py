"""What the description of the API shows of mentions handed in and of channels."""

INCOMING = {
    "channel": "mastodon-main",
    "external_id": "113497",
    "url": "https://social.example/@lena/113497",
    "text": "My kettle from @brauhell sparked when I switched it on. Is that dangerous?",
    "language": "en",
    "kind": "post",
    "posted_at": "2026-11-20T08:15:00Z",
    "revision": "1",
    "deleted": False,
    "visibility": "public",
    "author": {
        "external_id": "lena@social.example",
        "handle": "lena@social.example",
        "display_name": "Lena",
        "followers": 412,
        "verified": False,
        "url": "https://social.example/@lena",
    },
    "in_reply_to": "113490",
    "conversation": "113490",
    "engagement": {"likes": 3, "shares": 1, "replies": 0, "views": None},
    "attachments": [{"type": "image", "url": "https://social.example/1.jpg", "description": "A scorched kettle"}],
}
RESULT = {"external_id": "113497", "status": "created", "id": 42, "errors": []}
CHANNEL = {
    "slug": "mastodon-main",
    "kind": "api",
    "name": "Mastodon",
    "state": "active",
    "last_success_at": "2026-11-20T08:15:01Z",
    "lag_seconds": None,
    "gap": False,
    "error": "",
    "counts": {"received": 120, "stored": 117, "updated": 1, "duplicate": 2, "deleted": 0, "rejected": 0},
}
