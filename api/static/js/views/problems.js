// What could not be sent or answered, and why; by reason, since it is often one for many.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isFailed } from "../results.js";
import { count, mayPass, photos, reason } from "../words.js";

const NAMES = 200; // shown of one reason: the export has all

export function problemsView(app) {
  const { feed } = app;
  const refused = app.uploads.refused(feed.id);
  const failed = feed.batch.counts.failed ? failures(feed.results) : [];
  if (!refused.length && !failed.length && !isStuck(app)) return nothing;
  const retryable = failed.filter(({ code }) => mayPass(code)).length;
  return html`
    <section class="problems" aria-label="Problems">
      ${isStuck(app) ? stuck(app) : nothing}
      ${byReason("refused", refused)} ${byReason("failed", failed)}
      ${retryable
        ? html`<button type="button" @click=${() => app.retry()}>Try ${photos(retryable)} again</button>`
        : nothing}
    </section>
  `;
}

const failures = (results) =>
  results.all().filter(isFailed).map(({ name, error }) => ({ name, code: error.code, detail: error.detail }));

/** Open, and nobody here is sending: its files went with a closed tab, or another program sends them. */
const isStuck = ({ feed, uploads }) => feed.batch.state === "open" && !uploads.of(feed.id);

function stuck(app) {
  return html`
    <p>Photos can still come into this batch. Choose the same ones again to go on: what is here is not sent twice.
      <button type="button" class="quiet" @click=${() => app.closeBatch()}>That was all</button></p>
  `;
}

function byReason(word, problems) {
  const groups = new Map();
  for (const problem of problems) {
    const text = reason(problem.code, problem.detail);
    groups.set(text, [...(groups.get(text) ?? []), problem.name]);
  }
  return [...groups].map(
    ([text, names]) => html`
      <details>
        <summary>${photos(names.length)} ${word}: ${text}</summary>
        <ul>${names.slice(0, NAMES).map((name) => html`<li>${name}</li>`)}</ul>
        ${names.length > NAMES ? html`<p>and ${count(names.length - NAMES)} more</p>` : nothing}
      </details>
    `,
  );
}
