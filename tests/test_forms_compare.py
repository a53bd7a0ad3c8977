"""What two texts of a submission say differently."""

from forms.compare import compare
from forms.schema import Field

CARE = ("health", "care")
FIELDS = (
    Field(("n_present",), "n_present", "int", label={"Tiếng Việt (vi)": "Số người có mặt"}),
    Field(("health",), "health", "group"),
    Field(("health", "note"), "note", "string"),
    Field(CARE, "care", "repeat"),
    Field((*CARE, "name"), "name", "string", CARE),
    Field((*CARE, "visits"), "visits", "int", CARE),
    Field((*CARE, "drugs"), "drugs", "repeat", CARE),
    Field((*CARE, "drugs", "drug"), "drug", "string", (*CARE, "drugs")),
)


def filled(answers: str, meta: str = "") -> bytes:
    return f'<data id="x" version="1">{answers}<meta>{meta}</meta></data>'.encode()


def care(*names: str) -> str:
    return (
        f"<health>{''.join(f'<care><name>{one}</name><visits>1</visits></care>' for one in names)}</health>"
    )


def changes(older: str, newer: str) -> list[tuple[str, tuple[int, ...], str | None, str | None]]:
    found = compare(filled(older), filled(newer), FIELDS, FIELDS)
    return [("/".join(one.path), one.positions, one.before, one.after) for one in found]


def test_texts_that_say_the_same_do_not_differ_whatever_their_ids():
    older = filled("<n_present>31</n_present>", "<instanceID>uuid:1</instanceID>")
    newer = filled(
        "<n_present> 31 </n_present>",
        "<instanceID>uuid:2</instanceID><deprecatedID>uuid:1</deprecatedID><entity><label>x</label></entity>",
    )

    assert compare(older, newer, FIELDS, FIELDS) == ()


def test_an_answer_that_changed_is_told_with_its_question():
    found = compare(filled("<n_present>31</n_present>"), filled("<n_present>33</n_present>"), FIELDS, FIELDS)

    assert [(one.before, one.after, one.positions) for one in found] == [("31", "33", ())]
    assert found[0].field is FIELDS[0]


def test_blank_and_not_asked_are_the_same():
    assert changes("<n_present/>", "<health><note>  </note></health>") == []


def test_an_answer_given_and_one_taken_away():
    assert changes("<n_present>31</n_present>", "<health><note>mới</note></health>") == [
        ("health/note", (), None, "mới"),
        ("n_present", (), "31", None),
    ]


def test_one_more_instance_at_the_top_changes_nothing_below_it():
    assert changes(care("Ba", "Tư"), care("Hai", "Ba", "Tư")) == [
        ("health/care/name", (1,), None, "Hai"),
        ("health/care/visits", (1,), None, "1"),
    ]


def test_an_instance_that_is_gone_is_told_by_where_it_stood():
    assert changes(care("Hai", "Ba", "Tư"), care("Hai", "Tư")) == [
        ("health/care/name", (2,), "Ba", None),
        ("health/care/visits", (2,), "1", None),
    ]


def test_an_instance_that_changed_is_compared_answer_by_answer():
    assert changes(care("Hai", "Ba"), care("Hai", "Bốn")) == [("health/care/name", (2,), "Ba", "Bốn")]


def test_repeats_in_repeats_have_both_positions():
    older = "<health><care><name>Hai</name><drugs><drug>a</drug></drugs></care></health>"
    newer = older.replace("</drugs>", "</drugs><drugs><drug>b</drug></drugs>")

    assert changes(older, newer) == [("health/care/drugs/drug", (1, 2), None, "b")]


def test_what_no_form_version_asks_is_told_all_the_same():
    found = compare(filled("<old>1</old>"), filled("<old>2</old><odd><x>3</x></odd>"), FIELDS, ())

    assert [(one.path, one.field, one.before, one.after) for one in found] == [
        (("old",), None, "1", "2"),
        (("odd", "x"), None, None, "3"),
    ]


def test_a_question_of_the_older_form_version_keeps_its_label():
    found = compare(filled("<n_present>1</n_present>"), filled(""), FIELDS, ())

    assert found[0].field is FIELDS[0]


def test_namespaces_do_not_make_a_difference():
    older = b'<data id="x"><n_present>31</n_present></data>'
    newer = b'<data xmlns="urn:x" id="x"><n_present>32</n_present></data>'

    assert [(one.before, one.after) for one in compare(older, newer, FIELDS, FIELDS)] == [("31", "32")]
