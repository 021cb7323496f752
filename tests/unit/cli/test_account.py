"""The sum of the account is the number of files given."""

from api.cli.account import Account
from api.client import Outcome
from api.client.records import Reason


def settled(*photos: str | None) -> Account:
    account = Account()
    for photo in photos:
        reason = None if photo else Reason(code="unreadable", detail="gone")
        account.settle(Outcome("x.jpg", photo, reason=reason))
    return account


def test_each_file_is_counted_once() -> None:
    account = settled("1", "2", "3", None)
    account.left_out = 2
    told = "6 files given: 1 answered, 1 failed, 1 waiting for an answer, 1 refused, 2 left out"
    assert account.line(answered={"1", "2"}, failed={"2"}) == told
    assert settled("1").line({"1"}, ()) == "1 file given: 1 answered"


def test_files_that_became_one_photo_are_counted_as_files() -> None:
    assert settled("1", "1").line({"1"}, ()) == "2 files given: 2 answered"


def test_photos_of_an_earlier_run_are_not_given_now() -> None:
    assert settled("1").line({"1", "of another run"}, ()) == "1 file given: 1 answered"


def test_what_an_earlier_run_has_sent_is_counted_by_its_answers() -> None:
    account = Account(left_out=1)
    account.leave_to_earlier(3, {"1": None, "2": None})
    told = "4 files given: 1 answered, 1 failed, 1 left out, 1 settled by an earlier run"
    assert account.line(("1", "2"), ("2",)) == told
