"""The sum of the account is the number of files given."""

from uuid import UUID

from api.cli.sending.account import Account
from api.client import Outcome
from api.client.records import Reason


def photo(number: int) -> str:
    return str(UUID(int=number))


def settled(*photos: int | None) -> Account:
    account = Account()
    for number in photos:
        reason = None if number else Reason(code="unreadable", detail="gone")
        account.settle(Outcome("x.jpg", photo(number) if number else None, reason=reason))
    return account


def answered(account: Account, *photos: int) -> Account:
    for number in photos:
        account.answer(photo(number))
    return account


def test_each_file_is_counted_once() -> None:
    account = answered(settled(1, 2, 3, None), 1, 2)
    account.left_out = 2
    told = "6 files given: 1 answered, 1 failed, 1 waiting for an answer, 1 refused, 2 left out"
    assert account.line(failed=[photo(2)]) == told


def test_many_files_are_counted_each_once() -> None:
    account = answered(settled(*range(1, 501)), *range(101, 601))
    assert account.line(map(photo, range(491, 601))) == (
        "500 files given: 390 answered, 10 failed, 100 waiting for an answer"
    )


def test_files_that_became_one_photo_are_counted_as_files() -> None:
    assert answered(settled(1, 1), 1).line(()) == "2 files given: 2 answered"


def test_an_answer_may_come_before_the_receipt() -> None:
    account = answered(Account(), 1)
    account.settle(Outcome("x.jpg", photo(1)))
    assert account.line(()) == "1 file given: 1 answered"


def test_photos_of_an_earlier_run_are_not_given_now() -> None:
    assert answered(settled(1), 1, 99).line(()) == "1 file given: 1 answered"


def test_what_an_earlier_run_has_sent_is_counted_by_its_answers() -> None:
    account = answered(Account(left_out=1), 1, 2)
    account.leave_to_earlier(3)
    told = "4 files given: 1 answered, 1 failed, 1 left out, 1 settled by an earlier run"
    assert account.line([photo(2)]) == told
