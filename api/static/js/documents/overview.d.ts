// What photos come to, models, keys and what models say differently.

import type { BoxDocument, FinalNameDocument, Species } from "../documents.js";

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
  feed_seq: number;
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

export interface EngineDocument {
  engine: string;
  told_at: string;
  photos_per_s: number | null;
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
  engines: EngineDocument[];
  card: string | null;
  problem: string | null;
}

export interface ModelList {
  models: ModelDocument[];
  shadow: string | null;
}

/** A candidate beside the active model. */
export interface ShadowDocument {
  reference: string;
  every: number;
  model: string | null;
  failure: string | null;
  photos: number;
  active: { share: number | null };
  candidate: { share: number | null };
  verdict: "better" | "worse" | "undecided";
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
