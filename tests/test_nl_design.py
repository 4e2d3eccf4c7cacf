"""Cutting style sheets to what is used."""

import sys

from conftest import ROOT

sys.path.append(str(ROOT / "scripts"))

from nl_design import blocks, needed_tokens, pruned


def test_rules_of_unused_classes_go():
    """A rule stays where every class of one of its selectors is used; an at-rule where one of its rules stays."""
    css = (
        "/* .a{} */.a{color:red}.b{color:blue}.a,.b{top:0}.a:not(.c):hover{left:0}.a .b{right:0}.a{}"
        "@media print{.b{color:black}}@media print{.a{color:black}.b{top:0}}"
    )
    assert list(pruned(css, {"a"})) == [
        ".a{color:red}",
        ".a{top:0}",
        ".a:not(.c):hover{left:0}",
        "@media print{.a{color:black}}",
    ]


def test_commas_within_brackets_part_no_selectors():
    """`:is(a, b)` is one selector."""
    assert list(pruned(".a:is(.a,.b){top:0}", {"a", "b"})) == [".a:is(.a,.b){top:0}"]
    assert list(blocks("a{b{c}d}e{f}")) == [("a", "b{c}d"), ("e", "f")]


def test_tokens_that_others_need_stay():
    """Used directly or through another; what nothing uses goes."""
    theme = ".t{--a: var(--b); --b: 1px; --c: 2px; --d: var(--c);}"
    assert needed_tokens(theme, ["p{top:var(--a, 0)}"]) == {"--a": "var(--b)", "--b": "1px"}


def test_what_is_shipped_is_what_the_theme_needs():
    """Our own choices end the theme as they stand in their file."""
    made = ROOT / "service" / "static" / "nl_design"
    assert (made / "voorbeeld.css").read_text("utf-8").endswith((made / "own_choices.css").read_text("utf-8"))
