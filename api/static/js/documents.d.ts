// The JSON documents of the HTTP interface, with the members that the page reads. A test compares them with the server's.

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

/** A photo that stands for others. */
export interface ShownPhoto {
  photo_id: string;
  box: BoxDocument | null;
  width: number | null;
  height: number | null;
}

export interface NameInBatchDocument {
  name: string;
  scientific_name: string | null;
  rank: FinalNameDocument["rank"];
  photos: number;
  checked: number;
  out_of_range: number;
  new: boolean | null;
  best: ShownPhoto;
}

export interface BatchSummary {
  model: string | null;
  model_species: number | null;
  sightings: number | null;
  unchecked: number | null;
  names: NameInBatchDocument[];
}

export interface LifeListEntryDocument {
  name: string;
  scientific_name: string | null;
  photos: number;
  batches: number;
  first_local: string | null;
  first_latitude: number | null;
  first_longitude: number | null;
  first_site: string | null;
  first_batch_id: string;
  first_batch_name: string | null;
  first_photo_id: string;
  best: ShownPhoto;
}

export interface LifeList {
  species: LifeListEntryDocument[];
}

export interface FoundBatch {
  id: string;
  name: string | null;
  photos: number;
}

export interface FoundName {
  name: string;
  scientific_name: string | null;
  batch_id: string;
  batch_name: string | null;
  photos: number;
}

export interface FoundFile {
  photo_id: string;
  name: string;
  batch_id: string;
  batch_name: string | null;
  final_name: string | null;
}

export interface SearchResult {
  batches: FoundBatch[];
  names: FoundName[];
  files: FoundFile[];
}

export interface SpeciesList {
  model: string;
  species: Species[];
}

export interface ModelDocument {
  name: string;
  version: string;
  source: string;
  active: boolean;
  species: number;
  license: string | null;
  metrics: Record<string, number>;
  registered_at: string | null;
  problem: string | null;
}

export interface ModelList {
  models: ModelDocument[];
}

/** What a model said as it answered. */
export interface SaidDocument {
  species: string;
  probability: number;
}

export interface DifferenceDocument {
  photo_id: string;
  name: string;
  label: string | null;
  a: SaidDocument;
  b: SaidDocument;
}

/** On the photos that a person has named. */
export interface Accuracy {
  model: string;
  share: number | null;
}

export interface ComparisonDocument {
  photos: number;
  same: number;
  agreement: number | null;
  reviewed: number;
  a: Accuracy;
  b: Accuracy;
  differing: DifferenceDocument[];
}

export interface KeyDocument {
  id: string;
  begins_with: string;
  person: string | null;
  batch_id: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

export interface MadeKey extends KeyDocument {
  key: string;
}

export interface LabelReceipt {
  act_id: string;
  undoes: string | null;
  labelled: number;
  left_alone: number;
  complete: boolean;
}

/** What a photo can be called. */
export interface TaxonDocument {
  name: string;
  scientific_name: string | null;
  rank: FinalNameDocument["rank"];
  known: boolean;
}

export interface TaxonList {
  taxa: TaxonDocument[];
}

/** One photo of a sighting. */
export interface FrameDocument {
  photo_id: string;
  name: string;
  disagrees: boolean;
}

/** Photos of one bird by one camera, one soon after the other. */
export interface SightingDocument {
  sighting_id: string;
  final: FinalNameDocument;
  photos: number;
  best_photo_id: string;
  frames: FrameDocument[];
}

export interface CheckItem {
  sighting: SightingDocument;
  why: "new" | "out-of-range" | "unsure" | "drawn"; // the last is the page's own word
  best: Result;
}

/** How the sightings of a batch stand. */
export interface SightingsState {
  total: number | null;
  up_to_date: boolean;
}

export interface CheckQueue {
  unchecked: number;
  items: CheckItem[];
  standing: SightingsState;
}

/** How many of some answers are right. */
export interface PrecisionDocument {
  photos: number;
  checked: number;
  wrong: number;
  low: number;
  high: number;
}

export interface AuditedPhoto {
  photo_id: string;
  right: boolean | null;
}

/** What a person would still look at. */
export interface LeftToLookAt {
  sightings: number;
  seconds: number;
}

export interface AuditDocument {
  threshold: number;
  target: number;
  to_check: number;
  precision: PrecisionDocument;
  proposed: number | null;
  left: LeftToLookAt;
  sample: AuditedPhoto[];
}
