"""What `/` shows when no function answers there (reference/host-triggers.md 2.8)."""

from localhost.http_response import Reply

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Your Functions 4.0 app is up and running</title></head>
<body><h1>Your Azure Function App is up and running.</h1></body>
</html>
"""


def homepage(*, disabled: bool) -> Reply:
    """Return the page; 204 when ``AzureWebJobsDisableHomepage`` is set."""
    if disabled:
        return Reply(204)
    return Reply(200, (("Content-Type", "text/html"),), PAGE.encode())
