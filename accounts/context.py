"""What every page needs to know about its reader."""

THEMES = ("auto", "light", "dark")


def face(request) -> dict[str, object]:
    theme = request.COOKIES.get("theme", "auto")
    return {"theme": theme if theme in THEMES else "auto"}
