"""The sum of the account is the number of files given."""

from api.cli.account import Account, State
from api.client import Outcome
from api.client.records import Reason


def settled(*photos: str | None) -> Account:
    account = Account()
    for photo in photos:
        reason = None if photo else Reason(code="unreadable", detail="gone")
        account.settle(Outcome("x.jpg", photo, reason=reason))
    return account


def answered(account: Account, *photos: str) -> Account:
    for photo in photos:
        account.answer(photo, State.ANSWERED)
    return account


def test_each_file_is_counted_once() -> None:
    account = answered(settled("1", "2", "3", None), "1")
    account.answer("2", State.FAILED)
    account.left_out = 2
    told = "6 files given: 1 answered, 1 failed, 1 waiting for an answer, 1 refused, 2 left out"
    assert account.line == told


def test_a_photo_that_failed_may_be_answered_later() -> None:
    account = settled("1")
    assert account.answer("1", State.FAILED) is State.WAITING
    assert account.answer("1", State.ANSWERED) is State.FAILED
    assert account.line == "1 file given: 1 answered"


def test_files_that_became_one_photo_are_counted_as_files() -> None:
    assert answered(settled("1", "1"), "1").line == "2 files given: 2 answered"


def test_an_answer_may_come_before_the_receipt() -> None:
    account = answered(Account(), "1")
    account.settle(Outcome("x.jpg", "1"))
    assert account.line == "1 file given: 1 answered"


def test_photos_of_an_earlier_run_are_not_given_now() -> None:
    assert answered(settled("1"), "1", "f0").line == "1 file given: 1 answered"


def test_what_an_earlier_run_has_sent_is_counted_by_its_answers() -> None:
    account = answered(Account(left_out=1), "1")
    account.answer("2", State.FAILED)
    account.leave_to_earlier(3)
    told = "4 files given: 1 answered, 1 failed, 1 left out, 1 settled by an earlier run"
    assert account.line == told
