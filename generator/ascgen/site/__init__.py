"""The static reference site: pages that open from disk, with search and without a server.

The way of an API through it:

    ApiModel → addresses (where everything is) → views → templates → files by path → publication
"""

from __future__ import annotations

from ascgen.site.publication import publish_site
from ascgen.site.rendering import render_site

__all__ = ["publish_site", "render_site"]
