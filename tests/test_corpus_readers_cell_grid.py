"""Spans put every cell's text under the right column, and never let a table grow without bound."""

from corpus.readers.cell_grid import MAX_REPEATED_CHARACTERS, Cell, build_table, is_layout
from corpus.readers.running_text import Text


def cells(*texts: str) -> list[Cell]:
    return [Cell(Text(text)) for text in texts]


def rows(header, body) -> list[list[str]]:
    table = build_table(header, body)
    assert table
    return [[cell.text for cell in row] for row in table.rows]


def test_header_rows_become_one_and_each_text_stands_once():
    header = [[Cell(Text("Art."), rows=2), Cell(Text("Begroting"), columns=2)], cells("Uitgaven", "Begroting")]
    assert rows(header, [cells("1", "2", "3")]) == [["Art.", "Begroting Uitgaven", "Begroting"], ["1", "2", "3"]]


def test_a_cell_over_several_rows_is_in_each_and_one_over_columns_in_the_first():
    body = [[Cell(Text("a"), rows=3), Cell(Text("b"), columns=2)], cells("c", "d"), cells("e")]
    assert rows([], body) == [["a", "b", ""], ["a", "c", "d"], ["a", "e"]]


def test_a_cell_that_names_its_column_stands_there():
    assert rows([], [[Cell(Text("a"), column=2), Cell(Text("b"))]]) == [["", "", "a", "b"]]


def test_a_table_without_text_is_none():
    assert build_table([cells("", "")], [cells("", "")]) is None


def test_a_header_without_rows_is_text_all_the_same():
    table = build_table([cells("Alleen", "kop")], [])
    assert table
    assert not table.has_header


def test_spans_without_end_do_not_make_a_table_without_end():
    long = Cell(Text("x" * 1000), columns=10_000_000, rows=10_000_000)
    table = build_table([], [[long], *([Cell(Text("y"), rows=99_999)] for _ in range(5000))])
    assert table
    assert len(table.rows) == 5001
    assert sum(len(cell.text) for row in table.rows for cell in row) < 2 * MAX_REPEATED_CHARACTERS


def test_few_rows_with_long_cells_are_lay_out_and_many_are_a_table():
    assert is_layout([], [cells("adres", "x" * 500)])
    assert not is_layout([], [cells("1", "x" * 500)] * 4)
    assert not is_layout([cells("kop", "kop")], [cells("adres", "x" * 500)])
