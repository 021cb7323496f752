"""One photo in the worker's hands, and what has become of it so far."""

from dataclasses import dataclass

from shared.broker.consumer import Message
from shared.messages import PhotoJob
from shared.photo.box import Box
from shared.photo.facts import PhotoFacts
from shared.records import Answer, BatchId, Lane, ModelId, PhotoId
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

    def answered(
        self, found: Chances, facts: PhotoFacts, model: ServingModel, box: Box | None = None
    ) -> "Conclusion":
        """`box` is the part of the photo that was looked at for it; None: all of it."""
        said = model.answerer.answer(found, self.job.top_k)
        answer = Answer(
            photo_id=PhotoId(self.job.photo_id),
            batch_id=BatchId(self.job.batch_id),
            predictions=[dict(prediction) for prediction in said.predictions],
            bird_probability=said.bird_probability,
            box=box,
            width=facts.width,
            height=facts.height,
            taken=facts.taken,
            latitude=facts.latitude,
            longitude=facts.longitude,
            gps_at=facts.gps_at,
            camera=facts.camera,
        )
        return Conclusion(self, answer, model.model_id)

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
    facts: PhotoFacts
    box: Box

    def conclusion(self) -> "Conclusion":
        """What is answered where there can be no second look."""
        return self.delivery.answered(self.found, self.facts, self.model)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A photo's answer, not yet committed; `model_id` is None where no model was asked."""

    delivery: Delivery
    answer: Answer
    model_id: ModelId | None
