// Sends one photo and shows what it is.

const STORE = "birds-key";
const WAIT_S = 30;

const byId = (id) => document.getElementById(id);

// The key comes in the fragment of the address, which is never sent to a server, and is taken out of the
// address at once, so that it does not stay in a bookmark or on a screenshot.
function takeKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key) {
    localStorage.setItem(STORE, key);
    history.replaceState(null, "", location.pathname);
  }
  byId("key-line").hidden = Boolean(localStorage.getItem(STORE));
}

function currentKey() {
  const typed = byId("key").value.trim();
  if (typed) localStorage.setItem(STORE, typed);
  return localStorage.getItem(STORE) ?? "";
}

async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { Authorization: `Bearer ${currentKey()}` } });
  const answer = await response.json();
  if (response.status === 401) {
    localStorage.removeItem(STORE);
    takeKey();
  }
  if (!response.ok) throw new Error(answer.detail ?? response.statusText);
  return { answer, pending: response.status === 202 };
}

async function classify(photo) {
  const query = new URLSearchParams({ wait: WAIT_S, name: photo.name, top_k: 5 });
  const { answer, pending } = await ask(`/v1/classify?${query}`, { method: "POST", body: photo });
  return pending ? awaitAnswer(answer.photo_id) : answer;
}

async function awaitAnswer(photoId) {
  for (;;) {
    tell("Waiting for a worker …");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { answer } = await ask(`/v1/photos/${photoId}`);
    if (answer.state === "done" || answer.state === "failed") return answer;
  }
}

function tell(text) {
  byId("status").textContent = text;
}

const percent = (value) => `${(100 * value).toFixed(1)} %`;

function show(result, photo) {
  if (result.state === "failed") throw new Error(result.error.detail);
  URL.revokeObjectURL(byId("preview").src);
  byId("preview").src = URL.createObjectURL(photo);
  byId("best").textContent = result.predictions[0]?.species ?? "No answer";
  byId("species").replaceChildren(...result.predictions.map(row));
  const bird = result.bird_probability;
  byId("facts").textContent =
    `${bird === null ? "" : `A bird at all: ${percent(bird)}. `}Answered by ${result.model}.`;
  byId("answer").hidden = false;
}

function row({ species, scientific_name, probability }) {
  const line = document.createElement("tr");
  const name = document.createElement("td");
  name.textContent = species;
  if (scientific_name) {
    const latin = document.createElement("i");
    latin.textContent = scientific_name;
    name.append(" ", latin);
  }
  const value = document.createElement("td");
  value.textContent = percent(probability);
  line.append(name, value);
  return line;
}

byId("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [photo] = byId("photo").files;
  const button = event.target.querySelector("button");
  button.disabled = true;
  byId("answer").hidden = true;
  tell("Sending …");
  try {
    show(await classify(photo), photo);
    tell("");
  } catch (error) {
    tell(error.message);
  } finally {
    button.disabled = false;
  }
});

takeKey();
window.addEventListener("hashchange", takeKey);
