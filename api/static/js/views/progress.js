// How far sending and answering are.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { count, duration, files, photos, size } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument } from "../documents.js"
 * @import { Feed } from "../feed.js"
 * @import { Upload } from "../upload/upload.js"
 */

/**
 * @param {App} app
 * @param {Feed} feed
 * @param {BatchDocument} batch
 */
export function progressView(app, feed, batch) {
  const upload = app.uploads.of(feed.id);
  return html`
    <section class="progress" aria-label="Progress">
      ${upload && upload.state !== "done" ? sending(upload) : nothing}
      ${upload?.savedBytes ? html`<p>Shrinking saved ${savings(upload)}.</p>` : nothing}
      ${upload?.known ? html`<p>In this batch already: ${photos(upload.known)}.</p>` : nothing}
      ${upload?.spared ? html`<p>Not sent, since the server has their bytes: ${photos(upload.spared)}.</p>` : nothing}
      ${upload?.joined ? html`<p>Raw, and one photo with the picture beside it: ${files(upload.joined)}.</p>` : nothing}
      ${batch.state === "finished" ? nothing : answering(feed, batch, upload)}
      <p role="status" class="status">${feed.problem?.message ?? summary(batch, upload)}</p>
    </section>
  `;
}

/** @param {Upload} upload */
function sending(upload) {
  const left = upload.rate.secondsFor(upload.bytes - upload.sentBytes);
  const isMoving = upload.state === "sending" && !upload.problem;
  return html`
    <div class="bar">
      <label for="sent">Sent</label>
      <progress id="sent" max=${upload.bytes || 1} .value=${upload.sentBytes}></progress>
      <span>${size(upload.sentBytes)} of ${size(upload.bytes)}, ${count(upload.settled)} of ${photos(upload.files)}
        ${isMoving ? html`· ${size(upload.rate.perSecond())}/s ${remaining(left)}` : nothing}</span>
      ${control(upload)}
    </div>
    ${upload.problem ? html`<p class="notice">${waitingFor(upload.problem, upload)}</p>` : nothing}
  `;
}

/** @param {Upload} upload */
function control(upload) {
  if (upload.state === "sending") {
    return html`<button type="button" class="quiet" @click=${() => upload.pause()}>Pause</button>`;
  }
  if (upload.state === "closing") return nothing;
  const label = upload.state === "failed" ? "Try again" : "Resume";
  return html`<button type="button" @click=${() => upload.resume()}>${label}</button>`;
}

/** @type {(problem: Error, upload: Upload) => unknown} */
const waitingFor = (problem, { state }) =>
  state === "failed" ? problem.message : html`${problem.message} It is tried again by itself.`;

/**
 * @param {Feed} feed
 * @param {BatchDocument} batch
 * @param {Upload | null} upload
 */
function answering(feed, batch, upload) {
  const { done, failed, accepted } = batch.counts;
  const answered = done + failed;
  const total = Math.max(accepted, upload && upload.state !== "done" ? upload.files - upload.refused : 0);
  const rate = feed.rate.perSecond();
  return html`
    <div class="bar">
      <label for="answered">Answered</label>
      <progress id="answered" max=${total || 1} .value=${answered}></progress>
      <span>${count(answered)} of ${photos(total)}
        ${rate > 0 ? html`· ${rate.toFixed(rate < 10 ? 1 : 0)} a second ${remaining((total - answered) / rate)}` : nothing}
      </span>
    </div>
  `;
}

/** @type {(seconds: number | null) => unknown} */
const remaining = (seconds) => (seconds && seconds > 0 ? html`· ${duration(seconds)} left` : nothing);

/** @param {Upload} upload */
function savings({ savedBytes, bytes }) {
  return `${size(savedBytes)} (${Math.round((100 * savedBytes) / bytes)} %)`;
}

/**
 * For everybody, and read aloud: so it changes seldom.
 * @param {BatchDocument} batch
 * @param {Upload | null} upload
 */
function summary({ state, counts, refused, left_out }, upload) {
  const others = [[counts.failed, "failed"], [refused, "refused"], [left_out, "left out"]];
  const rest = others.map(([number, word]) => (number ? `, ${count(Number(number))} ${word}` : "")).join("");
  if (state === "finished") return `All ${photos(counts.accepted)} answered${rest}.`;
  if (upload?.state === "paused") return "Paused.";
  if (upload?.state === "failed") return "Stopped.";
  if (!upload || upload.state === "done") {
    return state === "open" ? "This batch is open: more photos can be added." : "Waiting for answers.";
  }
  return upload.state === "closing" ? "All sent." : "Sending.";
}
