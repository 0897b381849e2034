"""The chart of a line."""

from worker.cli.chart import WIDEST, chart, weeks_a_sign


def test_the_most_is_the_tallest_and_nothing_is_a_dot() -> None:
    assert chart([0, 1, 4, 8], True) == "·▁▄█"


def test_without_blocks_it_is_ascii() -> None:
    drawn = chart([0, 1, 4, 8], False)
    assert drawn.isascii() and drawn == " .=@"


def test_a_long_time_is_drawn_in_several_weeks_a_sign() -> None:
    assert weeks_a_sign(700) == 18
    assert len(chart([1] * 700, True)) <= WIDEST
    assert chart([], True) == ""
