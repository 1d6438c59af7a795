"""Prints and raises what a page would run and a spreadsheet would work out.

secret = "raised"
"""

def square(x):
    return x * x


def secret(x):
    print("<script>alert(1)</script><img src=x onerror=alert(1)>")
    raise type("=cmd|' /C calc'!A0", (Exception,), {})("=HYPERLINK(\"http://example.org\") {{7*7}} ${7*7} [red]x[/]")
