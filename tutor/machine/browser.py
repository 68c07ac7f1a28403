"""A browser with a window of its own, where there is one."""

TEXT_BROWSERS = {"www-browser", "lynx", "links", "elinks", "w3m"}
"""They would draw over the game."""


def open_browser(url: str) -> bool:
    """Open *url* in a browser with a window of its own; return whether there is one."""
    import webbrowser

    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if getattr(browser, "basename", getattr(browser, "name", "")) in TEXT_BROWSERS:
        return False
    return browser.open(url)
