"""What the client makes of a message: words for people, safe markup for the page."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tenant.wecom.drawing import draw_markdown, draw_markdown_v2, draw_news, draw_text, draw_textcard
from bot.tenant.wecom.sizes import cut, size
from bot.tenant.wecom.xml import NotXml, read_xml, write_xml

NAMES = {"teacher_jia": "示例甲"}
TAG = re.compile(r"<(/?)([a-z0-9]+)([^<>]*)>")


def markdown(content):
    return draw_markdown(content, content, lambda user: NAMES.get(user, ""))


@pytest.mark.parametrize(
    ("source", "text", "html"),
    [
        ("# 一", "一", "<h1>一</h1>"),
        ("###### 六 #", "六", "<h6>六</h6>"),
        ("####### 七", "####### 七", "<div>####### 七</div>"),
        ("#不是标题", "#不是标题", "<div>#不是标题</div>"),
        ("> 引用\n下一行", "引用\n下一行", "<blockquote>引用</blockquote><div>下一行</div>"),
        ("**粗** *斜*", "粗 *斜*", "<div><strong>粗</strong> *斜*</div>"),
        ("`a*b*`", "a*b*", "<div><code>a*b*</code></div>"),
        ("- 甲\n1. 乙", "- 甲\n1. 乙", "<div>- 甲</div><div>1. 乙</div>"),
        ("|a|b|", "|a|b|", "<div>|a|b|</div>"),
        ('<font color="warning">急</font>', "急", '<div><span class="font-warning">急</span></div>'),
        (
            '<font color="red">红</font>',
            '<font color="red">红</font>',
            "<div>&lt;font color=&quot;red&quot;&gt;红&lt;/font&gt;</div>",
        ),
        ("<@teacher_jia>", "@示例甲", '<div><span class="mention">@示例甲</span></div>'),
        ("<@nobody>", "<@nobody>", "<div>&lt;@nobody&gt;</div>"),
        ("一\n\n二", "一\n\n二", "<div>一</div><div><br></div><div>二</div>"),
    ],
)
def test_the_old_markdown_goes_line_by_line(source, text, html):
    drawn = markdown(source)
    assert (drawn.text, drawn.html) == (text, html)


def test_a_bold_mention_in_a_colour_is_all_three():
    drawn = markdown('**<font color="info"><@teacher_jia> `x`</font>**')
    assert drawn.text == "@示例甲 x"
    assert drawn.html == (
        '<div><strong><span class="font-info"><span class="mention">@示例甲</span> '
        "<code>x</code></span></strong></div>"
    )


def test_markdown_v2_nests_quotes_and_lists():
    drawn = draw_markdown_v2("> 一\n>> 二\n\n1. 甲\n   - 乙\n\n```\na | b\n```\n*斜*", {})
    assert drawn.text == "一\n二\n1. 甲\n· 乙\na | b\n斜"
    assert drawn.html.count("<blockquote>") == 2
    assert "<pre><code>a | b\n</code></pre>" in drawn.html


def test_bare_addresses_are_links_and_end_before_chinese_punctuation():
    drawn = draw_text("见 https://example.org/a?b=1，谢谢", {})
    assert [link.value for link in drawn.links] == ["https://example.org/a?b=1"]
    assert drawn.html.endswith("</a>，谢谢")


def test_an_anchor_is_literal_where_there_are_none():
    assert (
        draw_text('<a href="https://example.org/">x</a>', {}).text == '<a href="https://example.org/">x</a>'
    )


def test_an_anchor_that_leads_to_a_script_leads_nowhere():
    drawn = draw_text('<a href="javascript:alert(1)">点我</a>', {}, anchors=True)
    assert (drawn.text, drawn.html, drawn.links) == ("点我", "点我", ())


# Everything that a person, or a broken bot, could use to get out of a text and into the page.
EVIL = st.lists(
    st.sampled_from(
        [
            *("<", ">", '"', "'", "&", "`", "*", "[", "](", ")", "<@", "teacher_jia", "<script>", "</div>"),
            *('<font color="info">', "</font>", '<a href="', "https://example.org/", "javascript:", "> "),
            *("\n", "# ", "```", "|", "-", '<div class="gray">', "<br>", "甲", " onload=", "\\"),
        ]
    ),
    max_size=25,
).map("".join)
ALLOWED = {
    *("div", "br", "span", "strong", "em", "code", "pre", "a", "blockquote", "p", "ul", "ol", "li", "hr"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "article"),
}


@given(EVIL)
def test_only_our_own_tags_come_into_the_page(source):
    drawn = [
        markdown(source),
        draw_markdown_v2(source, {}),
        draw_text(source, {}, anchors=True),
        draw_textcard({"title": source, "description": source, "url": "https://example.org/"}, {}),
        draw_news([{"title": source, "description": source, "url": source}], {}),
    ]
    for html in (one.html for one in drawn):
        for _slash, tag, attributes in TAG.findall(html):
            assert tag in ALLOWED
            quoted = re.sub(r'"[^"]*"', "", attributes)
            assert re.fullmatch(r"(\s(class|href|target|rel|start|style)=)*\s*/?", quoted)
        assert not re.search(r'href="\s*javascript:', html)
        assert html.count("<") == len(TAG.findall(html))


@given(st.text(), st.integers(0, 40))
def test_a_cut_text_is_the_longest_beginning(text, limit):
    kept = cut(text, limit)
    assert text.startswith(kept)
    assert size(kept) <= limit
    assert kept == text or size(text[: len(kept) + 1]) > limit


XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])).filter(
    lambda text: not re.search("[\ufffe\uffff]", text)
)


@given(XML_TEXT)
def test_what_is_written_as_xml_is_read_again(text):
    root = read_xml(write_xml([("Content", text), ("Number", 5), ("Deep", [("Er", text)])]).encode())
    assert root.value("Content") == text
    assert root.value("Number") == "5"
    assert root.child("Deep").value("Er") == text


def test_control_characters_do_not_break_the_document():
    assert read_xml(write_xml([("Content", "a\x00\x0bb")]).encode()).value("Content") == "ab"


@pytest.mark.parametrize(
    "document",
    [b"", b"x", b"<a><b></a>", b"<a>" * 30 + b"</a>" * 30, "<a>\udc00".encode("utf-8", "surrogatepass")],
)
def test_what_is_no_xml_says_so(document):
    with pytest.raises(NotXml):
        read_xml(document)
