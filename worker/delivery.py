"""One photo in the worker's hands, and what has become of it so far."""

from dataclasses import dataclass

from shared.broker.consumer import Message
from shared.messages import PhotoJob
from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.records import Answer, BatchId, Lane, PhotoId
from shared.scoring.reading import Reading
from shared.vision.answers import Chances
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

    def answered(self, reading: Reading, facts: PhotoFacts, model: ServingModel) -> "Conclusion":
        answer = Answer(
            photo_id=PhotoId(self.job.photo_id),
            batch_id=BatchId(self.job.batch_id),
            reading=reading,
            width=facts.width,
            height=facts.height,
            taken=facts.taken,
            latitude=facts.latitude,
            longitude=facts.longitude,
            gps_at=facts.gps_at,
            camera=facts.camera,
            gradient=facts.gradient,
        )
        return Conclusion(self, answer, model)

    def failed(self, code: str, detail: str) -> "Conclusion":
        answer = Answer(
            photo_id=PhotoId(self.job.photo_id),
            batch_id=BatchId(self.job.batch_id),
            error_code=code,
            error_detail=detail,
        )
        return Conclusion(self, answer, None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A photo ready for the forward pass of the model that it was prepared for."""

    delivery: Delivery
    photo: DecodedPhoto
    model: ServingModel
    first: "FirstLook | None" = None
    """Where this is the second look."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """An answer that is not sure enough yet, and the part of its photo that is worth another look."""

    delivery: Delivery
    model: ServingModel
    found: Chances
    reading: Reading
    facts: PhotoFacts
    box: Box

    def conclusion(self) -> "Conclusion":
        """What is answered where there can be no second look."""
        return self.delivery.answered(self.reading, self.facts, self.model)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A photo's answer, not yet committed; `model` is None where none was asked."""

    delivery: Delivery
    answer: Answer
    model: ServingModel | None
