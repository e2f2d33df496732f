"""The agent skill: a folder of Markdown that tells a language model how to use the client.

    ApiModel, the simulator's rules, the workflows → views → templates → files by path → publication

Nothing in it is written down twice, so that it says what the rendered client does.
"""

from __future__ import annotations

from ascgen.skill.publication import publish_skill
from ascgen.skill.rendering import render_skill

__all__ = ["publish_skill", "render_skill"]
