"""What a person has to be told when the stack can't run."""


class StackError(Exception):
    """The stack can't run, for a reason that a person can read; `status` is the exit status it ends with."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


class ChildFailedError(StackError):
    """A process of the stack ended by itself, or did not become ready."""


USAGE = 2  # something outside the stack must be put right first


def reason(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one exception of a group of concurrent failures that explains it best."""
    leaves = list(_leaves(group))
    return next((leaf for leaf in leaves if isinstance(leaf, StackError)), leaves[0])


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for part in error.exceptions for leaf in _leaves(part)]
    return [error]
