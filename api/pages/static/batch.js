"use strict";
const API = "/api/v1/batches";
const form = document.getElementById("upload");
const progress = document.getElementById("progress");
const language = document.documentElement.lang;

function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

async function told(answer) {
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Error(body[language] ?? `HTTP ${answer.status}`);
  }
  return body;
}

// The office's own list of the papers, as the raw body.
async function sendList(batch, file) {
  const name = file.name.replace(/[\u0000-\u001f\u007f-\u009f/\\]/g, "_").slice(-190) || "ban-ke";
  const headers = { "Content-Type": "application/octet-stream" };
  await told(await fetch(`${API}/${batch}/list?name=${encodeURIComponent(name)}`, { method: "PUT", headers, body: file }));
}

const listing = document.getElementById("load-list");
listing?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = document.getElementById("new-list").files;
  const said = document.getElementById("list-said");
  if (!file) {
    said.textContent = listing.dataset.none;
    return;
  }
  const button = listing.querySelector("button");
  button.disabled = true;
  try {
    await sendList(listing.dataset.batch, file);
    location.reload();
  } catch (problem) {
    said.textContent = problem.message === "Failed to fetch" ? listing.dataset.broken : problem.message;
  } finally {
    button.disabled = false;
  }
});

if (form) {
  const files = new Map(); // the name it gets here -> { file, sent, line }
  const input = document.getElementById("files");
  const list = document.getElementById("chosen");
  const said = document.getElementById("said");
  const words = form.dataset;
  const opening = key(); // one form opens one batch, however often it is sent
  let batch = words.batch;

  // Two files of one name stay two files: the same name again would replace the first.
  function named(file) {
    const plain = file.name.replace(/[\u0000-\u001f\u007f-\u009f/\\]/g, "_").slice(-190) || "tep";
    let name = plain;
    for (let n = 2; files.has(name); n += 1) {
      name = `${n}-${plain}`;
    }
    return name;
  }

  function add(chosen) {
    for (const file of chosen) {
      const name = named(file);
      const line = document.createElement("li");
      const label = document.createElement("span");
      const bar = document.createElement("progress");
      const state = document.createElement("span");
      const drop = document.createElement("button");
      label.textContent = name;
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", name);
      state.textContent = words.waiting;
      drop.type = "button";
      drop.className = "plain";
      drop.textContent = words.without;
      drop.setAttribute("aria-label", `${words.without}: ${name}`);
      drop.addEventListener("click", () => {
        files.delete(name);
        line.remove();
      });
      line.append(label, " ", bar, " ", state, " ", drop);
      list.append(line);
      files.set(name, { file, sent: false, bar, state, line, drop });
    }
  }

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    add(event.dataTransfer.files);
  });

  // How many papers there are is asked where they are captured, and there it must be told.
  const capture = document.getElementById("capture");
  const originals = document.getElementById("originals");
  const counted = () => {
    originals.disabled = !capture.checked;
    originals.required = capture.checked;
  };
  capture?.addEventListener("change", counted);
  if (capture) {
    counted();
  }

  function send(name, one) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PUT", `${API}/${batch}/files/${encodeURIComponent(name)}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => {
        one.bar.value = event.total ? event.loaded / event.total : 0;
      });
      request.addEventListener("load", () => {
        if (request.status < 300) {
          resolve();
          return;
        }
        let problem = {};
        try {
          problem = JSON.parse(request.responseText);
        } catch {
          problem = {};
        }
        reject(new Error(problem[language] ?? `HTTP ${request.status}`));
      });
      request.addEventListener("error", () => reject(new Error(words.broken)));
      request.send(one.file);
    });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!files.size && !words.batch) {
      said.textContent = words.none;
      input.focus();
      return;
    }
    const button = form.querySelector("button:not([type])");
    button.disabled = true;
    said.textContent = "";
    try {
      if (!batch) {
        const asked = {
          agency: document.getElementById("agency").value,
          cover: document.getElementById("cover").value,
          form: document.getElementById("form").value,
        };
        if (document.getElementById("capture").checked) {
          Object.assign(asked, { capture: true, originals: Number(document.getElementById("originals").value) });
        }
        const headers = { "Content-Type": "application/json", "Idempotency-Key": opening };
        batch = (await told(await fetch(API, { method: "POST", headers, body: JSON.stringify(asked) }))).id;
      }
      const [list] = document.getElementById("list").files;
      if (list) {
        await sendList(batch, list); // what is no list is told before anything is closed
      }
      let failed = 0;
      for (const [name, one] of files) {
        if (one.sent) {
          continue;
        }
        try {
          await send(name, one);
          one.sent = true;
          one.bar.value = 1;
          one.state.textContent = words.sent;
          one.drop.remove();
        } catch (problem) {
          failed += 1;
          one.state.textContent = problem.message;
        }
      }
      if (failed) {
        said.textContent = words.left;
        return;
      }
      await told(await fetch(`${API}/${batch}/close`, { method: "POST" }));
      location.assign(`/batches/${batch}`);
    } catch (problem) {
      said.textContent = problem.message === "Failed to fetch" ? words.broken : problem.message;
    } finally {
      button.disabled = false;
    }
  });
}

// How far the papers are, told by the server as it changes.
if (progress?.dataset.live) {
  const stream = new EventSource(`${API}/${progress.dataset.batch}/progress`);
  stream.addEventListener("progress", (event) => {
    const now = JSON.parse(event.data);
    for (const count of progress.querySelectorAll("[data-count]")) {
      const name = count.dataset.count;
      count.textContent = name in now ? now[name] : (now.documents[name] ?? 0);
    }
    if (now.settled || now.state !== progress.dataset.state) {
      stream.close();
      location.reload(); // what became of each file
    }
  });
}
