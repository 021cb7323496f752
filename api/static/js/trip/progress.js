// How far sending and answering are.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { decimal, duration, files, percent, photos, size } from "../words.js";

/**
 * @import { App } from "../app.js"
 * @import { BatchDocument } from "../documents.js"
 * @import { Feed } from "./feed.js"
 * @import { Text } from "../language.js"
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
    <section class="progress" aria-label=${t("progress")}>
      ${upload && upload.state !== "done" ? sending(upload) : nothing}
      ${upload?.savedBytes ? html`<p>${t("progress.shrunk", savings(upload))}</p>` : nothing}
      ${upload?.known ? html`<p>${t("progress.known", { photos: photos(upload.known) })}</p>` : nothing}
      ${upload?.spared ? html`<p>${t("progress.spared", { photos: photos(upload.spared) })}</p>` : nothing}
      ${upload?.joined ? html`<p>${t("progress.joined", { files: files(upload.joined) })}</p>` : nothing}
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
      <label for="sent">${t("progress.sent")}</label>
      <progress id="sent" max=${upload.bytes || 1} .value=${upload.sentBytes}></progress>
      <span>${t("progress.sent-of", {
        sent: size(upload.sentBytes), all: size(upload.bytes), done: upload.settled, photos: photos(upload.files),
      })}
        ${isMoving ? html`· ${size(upload.rate.perSecond())}/s ${remaining(left)}` : nothing}</span>
      ${control(upload)}
    </div>
    ${upload.problem ? html`<p class="notice">${waitingFor(upload.problem, upload)}</p>` : nothing}
  `;
}

/** @param {Upload} upload */
function control(upload) {
  if (upload.state === "sending") {
    return html`<button type="button" class="quiet" @click=${() => upload.pause()}>${t("pause")}</button>`;
  }
  if (upload.state === "closing") return nothing;
  const label = t(upload.state === "failed" ? "try-again" : "resume");
  return html`<button type="button" @click=${() => upload.resume()}>${label}</button>`;
}

/** @type {(problem: Error, upload: Upload) => unknown} */
const waitingFor = (problem, { state }) =>
  state === "failed" ? problem.message : t("tried-again", { problem: problem.message });

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
      <label for="answered">${t("progress.answered")}</label>
      <progress id="answered" max=${total || 1} .value=${answered}></progress>
      <span>${t("progress.answered-of", { done: answered, photos: photos(total) })}
        ${rate > 0 ? html`· ${t("progress.rate", { rate: decimal(rate, rate < 10 ? 1 : 0) })}` : nothing}
        ${remaining(feed.rate.secondsFor(total - answered))}
      </span>
    </div>
  `;
}

/** @type {(seconds: number | null) => unknown} */
const remaining = (seconds) => (seconds && seconds > 0 ? html`· ${t("time.left", { time: duration(seconds) })}` : nothing);

/** @param {Upload} upload */
function savings({ savedBytes, bytes }) {
  return { size: size(savedBytes), percent: percent(savedBytes / bytes) };
}

/**
 * For everybody, and read aloud: so it changes seldom.
 * @param {BatchDocument} batch
 * @param {Upload | null} upload
 */
function summary({ state, counts, refused, left_out }, upload) {
  /** @type {[Text, number][]} */
  const others = [["count.failed", counts.failed], ["count.refused", refused], ["count.left-out", left_out]];
  const rest = others.map(([text, count]) => (count ? `, ${t(text, { count })}` : "")).join("");
  if (state === "finished") return `${t("status.finished", { photos: photos(counts.accepted) })}${rest}.`;
  if (upload?.state === "paused") return t("status.paused");
  if (upload?.state === "failed") return t("status.stopped");
  if (!upload || upload.state === "done") return t(state === "open" ? "status.open" : "status.waiting");
  return t(upload.state === "closing" ? "status.sent" : "status.sending");
}
