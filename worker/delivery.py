"""One photo in the worker's hands, and what has become of it so far."""

from dataclasses import dataclass

from shared.broker.consumer import Message
from shared.messages import PhotoJob
from shared.records import Answer, BatchId, Lane, ModelId, PhotoId
from worker.decode_pool import DecodedPhoto
from worker.in_hand import InHand
from worker.model_slot import ServingModel


@dataclass(frozen=True, slots=True)
class Delivery:
    """A photo that the broker has handed out and expects an acknowledgement for."""

    message: Message
    job: PhotoJob
    lane: Lane
    in_hand: InHand

    def failed(self, code: str, detail: str) -> "Outcome":
        answer = Answer(
            photo_id=PhotoId(self.job.photo_id),
            batch_id=BatchId(self.job.batch_id),
            error_code=code,
            error_detail=detail,
        )
        return Outcome(self, answer, None)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo ready for the forward pass of the model that it was prepared for."""

    delivery: Delivery
    photo: DecodedPhoto
    model: ServingModel


@dataclass(frozen=True, slots=True)
class Outcome:
    """A photo's answer, not yet committed; `model_id` is None where no model was asked."""

    delivery: Delivery
    answer: Answer
    model_id: ModelId | None
