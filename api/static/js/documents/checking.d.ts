// What people say, what a photo can be called, and what is to be checked.

import type { FinalNameDocument, Result } from "../documents.js";

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
  why: "new" | "out-of-range" | "unsure" | "drawn";
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

/** What a person says of where and when photos were taken. */
export interface SiteDocument {
  folder: string;
  name: string | null;
  latitude: number | null;
  longitude: number | null;
  zone: string | null;
  clock_shift_s: number;
  overrides: boolean;
}

export interface SiteList {
  sites: SiteDocument[];
}

export interface ClockDocument {
  folder: string;
  camera: string | null;
  frames: number;
  verdict: "right" | "shift" | "too-few" | "unclear";
  error_s: number | null;
  by: "satellites" | "other-clock";
}

export interface ClockReport {
  clocks: ClockDocument[];
  sites: SiteDocument[];
}
