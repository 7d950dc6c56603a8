"""The documentation of an API, from the programs that lie beside it: nothing from elsewhere, no script but its own."""

from base64 import b64encode
from hashlib import sha256

from fastapi import Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

SHELF = "/static-offline-docs"  # where fastapi-offline puts them
# The one script that stands in the page is known by its hash; Swagger sets styles on what it draws.
POLICY = (
    "default-src 'none'; script-src 'self' 'sha256-{script}'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def documentation(request: Request) -> HTMLResponse:
    """The page. Tokens come from POST /sittings: there is no other that would receive one from another server."""
    root = request.scope.get("root_path", "")
    page = get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title=request.app.title,
        swagger_js_url=f"{root}{SHELF}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{SHELF}/swagger-ui.css",
        swagger_favicon_url=f"{root}{SHELF}/favicon.png",
    )
    script = bytes(page.body).partition(b"<script>")[2].partition(b"</script>")[0]
    page.headers["Content-Security-Policy"] = POLICY.format(script=b64encode(sha256(script).digest()).decode())
    return page
