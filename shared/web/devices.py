"""What a browser calls itself, coarsely: enough to recognise one's own places by, too little to track anybody."""

from fastapi import Request

# The first that is found counts: Edge also calls itself Chrome, Chrome also calls itself Safari, a phone also Linux.
BROWSERS = {
    "MicroMessenger": "微信",
    "DingTalk": "钉钉",
    "Edg": "Edge 浏览器",
    "Firefox": "Firefox 浏览器",
    "360": "360 浏览器",
    "Chrome": "Chrome 浏览器",
    "Chromium": "Chromium 浏览器",
    "Safari": "Safari 浏览器",
}
MACHINES = {
    "HarmonyOS": "鸿蒙手机",
    "Android": "安卓手机",
    "iPhone": "苹果手机",
    "iPad": "苹果平板",
    "Windows": "Windows 电脑",
    "Macintosh": "苹果电脑",
    "Linux": "Linux 电脑",
}


def device_of(request: Request) -> str:
    """`Windows 电脑，Chrome 浏览器`; what is not known is called a program."""
    said = request.headers.get("user-agent", "")
    found = [next((name for sign, name in known.items() if sign in said), "") for known in (MACHINES, BROWSERS)]
    return "，".join(filter(None, found)) or "其他程序"


def is_looked_at(request: Request) -> bool:
    """Whether somebody will read what is answered; a script, or the worker, may fetch the page beside it."""
    return request.headers.get("sec-fetch-mode", "navigate") == "navigate"
