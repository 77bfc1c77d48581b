"""The page at ``/``, its views below ``/ui/``, its files below ``/ui/assets/``: no data, so no key is asked for."""

import gzip
import hashlib
from functools import cache
from typing import Final

from fastapi import APIRouter, Request, Response

from spanlog_query_api.errors import NotFoundError
from spanlog_query_api.ui.assets import ASSETS_PATH, Asset, load_assets
from spanlog_query_api.ui.page import render_page

router = APIRouter(include_in_schema=False)

_HOME: Final = "/"
_VIEWS: Final = "/ui/"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


def is_page_path(path: str) -> bool:
    """Whether ``path`` is the page's, and not the API's."""
    return path == _HOME or path.startswith(_VIEWS)


# Before the views, which take every path.
@router.get(ASSETS_PATH + "/{version}/{name:path}")
def get_asset(request: Request, version: str, name: str) -> Response:
    """One of the page's files.

    Raises:
        NotFoundError: there is no such file in this version; a page that was open before an update reloads itself.
    """
    assets = load_assets()
    asset = assets.by_name.get(name)
    if asset is None or version != assets.version:
        raise NotFoundError("the page has no such file in this version")
    return _answer(request, asset, f'"{version}"', _FOR_EVER)


@router.get(_HOME)
@router.get(_VIEWS + "{view:path}")
def get_page(request: Request) -> Response:
    """The document, whatever the view: an address of the page can be kept, shared and reloaded."""
    page = _page()
    return _answer(request, page, f'"{hashlib.sha256(page.content).hexdigest()[:32]}"', _ASK_AGAIN)


@cache
def _page() -> Asset:
    content = render_page(load_assets()).encode()
    return Asset("page", "text/html; charset=utf-8", content, gzip.compress(content, mtime=0))


def _answer(request: Request, asset: Asset, etag: str, cache_control: str) -> Response:
    headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    # A proxy that cannot unpack says so by leaving the header out.
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.compressed, media_type=asset.media_type, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)
