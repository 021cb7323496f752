// The JSON documents of the HTTP interface, with the members that the page reads. A test compares them with the server's.

export * from "./documents/checking.js";
export * from "./documents/overview.js";

export type BatchState = "open" | "closed" | "finished";

export interface CountsDocument {
  accepted: number;
  queued: number;
  done: number;
  failed: number;
}

export interface BatchDocument {
  id: string;
  name: string | null;
  state: BatchState;
  counts: CountsDocument;
  feed_seq: number;
  last_seq: number;
  created_at: string;
  refused: number;
  left_out: number;
  retrying: boolean;
  sightings: number | null;
  cancelled_at: string | null;
  expires_at: string | null;
  waiting_for: string | null;
}

export interface BatchPage {
  batches: BatchDocument[];
  next_cursor: string | null;
}

export interface PredictionDocument {
  species: string;
  scientific_name: string | null;
  probability: number;
  in_range?: boolean | null;
}

/** The one name to show of a photo: a person's word, else the model's as far as it is sure. */
export interface FinalNameDocument {
  name: string;
  scientific_name: string | null;
  rank: "species" | "genus" | "family" | "order" | "bird" | "not-a-bird" | "uncertain";
  by: "person" | "model";
  probability: number | null;
}

/** A rectangle of the upright photo, from its left top corner: shares of its width and height. */
export interface BoxDocument {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where and when, with what was said of its trip or folder beside what was recorded. */
export interface PlaceAndTimeDocument {
  latitude: number | null;
  longitude: number | null;
  site: string | null;
  local: string | null;
  offset_minutes: number | null;
  utc: string | null;
}

export interface Reason {
  code: string;
  detail: string;
}

export interface Result {
  seq: number | null;
  photo_id: string;
  name: string;
  sha256: string;
  state: "queued" | "done" | "failed";
  predictions: PredictionDocument[];
  bird_probability: number | null;
  width: number | null;
  height: number | null;
  taken_at: string | null;
  model: string | null;
  error: Reason | null;
  finished_at: string | null;
  box: BoxDocument | null;
  companions: string[];
  taken_local: string | null;
  taken_offset_minutes: number | null;
  taken_from: string | null;
  final: FinalNameDocument | null;
  sighting_id: string | null;
  effective?: PlaceAndTimeDocument; // only a photo's own call and an export tell it
}

/** As the feed and an export have it. */
export interface AnsweredResult extends Result {
  seq: number;
  finished_at: string;
}

export interface ResultMessage extends AnsweredResult {
  type: "result";
}

/** A person's word on a photo; `species` is null where none stands any more. */
export interface LabelMessage {
  type: "label";
  seq: number;
  photo_id: string;
  species: string | null;
  final: FinalNameDocument | null;
}

export interface ProgressMessage {
  type: "progress";
  counts: CountsDocument;
  state: BatchState;
  refused: number;
  left_out: number;
}

export interface FinishedMessage {
  type: "finished";
}

export type FeedMessage = ResultMessage | LabelMessage | ProgressMessage | FinishedMessage;

export interface Species {
  species: string;
  scientific_name: string | null;
}

export interface AcceptedFile {
  photo_id: string;
  name: string;
  sha256: string;
  duplicate: boolean;
  companion_of: string | null;
}

export interface RejectedFile {
  name: string;
  code: string;
  detail: string;
}

export interface UploadReceipt {
  accepted: AcceptedFile[];
  rejected: RejectedFile[];
}

export interface RefusedDocument extends RejectedFile {
  refused_at: string;
}

export interface RefusedPage {
  refused: RefusedDocument[];
  next_cursor: string | null;
}

export interface PhotoPage {
  photos: AnsweredResult[];
  next_cursor: number | null;
}

export interface StoredPlace {
  photo_id: string;
  duplicate: boolean;
  state: "stored";
  companion_of: string | null;
}

export interface UploadPlace {
  photo_id: string;
  state: "upload";
  method: string;
  url: string;
  headers: Record<string, string>;
}

export interface UploadPlaces {
  files: (UploadPlace | StoredPlace)[];
  rejected: RejectedFile[];
}

export interface Problem {
  code: string;
  detail: string;
}
