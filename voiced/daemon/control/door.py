"""The one door of the control API: the routes of all its topics behind one router."""

from __future__ import annotations

from voiced.web.router import Router, Routes


def door(*topics: Routes) -> Router:
    """Return the router of all topics; a path belongs to one topic only."""
    return Router({path: methods for routes in topics for path, methods in routes.items()})
