"use strict";
// The two text fields hold everything; drawing and the numbers only add lines to them, and what they say is shown.
const fields = { show: document.getElementById("show"), hide: document.getElementById("hide") };
const said = document.getElementById("said");
const order = [];
const REGION = /^(\d+)(?::([\d.]+),([\d.]+),([\d.]+),([\d.]+))?$/;

const mode = () => document.querySelector("input[name=mode]:checked").value;
const lines = (field) => field.value.split(/\s+/).filter((line) => line);
const share = (value) => String(Math.round(Math.min(1, Math.max(0, value)) * 10000) / 10000);

function add(page, x0, y0, x1, y1) {
  const box = [x0, y0, x1, y1].map(share);
  if (!(Number(box[0]) < Number(box[2]) && Number(box[1]) < Number(box[3])) || !(page >= 1)) {
    said.textContent = said.dataset.wrong;
    return;
  }
  const line = `${page}:${box.join(",")}`;
  const kind = mode();
  fields[kind].value = [...lines(fields[kind]), line].join("\n");
  order.push([kind, line]);
  said.textContent = `${said.dataset.added}: ${line}`;
  draw();
}

const corners = (from, to) => [
  Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1]),
];

function rectangle(svg, kind, x0, y0, x1, y1) {
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [["x", x0], ["y", y0], ["width", x1 - x0], ["height", y1 - y0]]) {
    box.setAttribute(name, Math.max(0, value));
  }
  box.setAttribute("class", kind);
  svg.append(box);
}

function draw() {
  for (const sheet of document.querySelectorAll(".sheet")) {
    sheet.querySelectorAll("svg").forEach((old) => old.remove());
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 1 1");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    for (const [kind, field] of Object.entries(fields)) {
      for (const line of lines(field)) {
        const found = REGION.exec(line);
        if (found && found[1] === sheet.dataset.page) {
          const [x0, y0, x1, y1] = found[2] === undefined ? [0, 0, 1, 1] : found.slice(2, 6).map(Number);
          rectangle(svg, kind, x0, y0, x1, y1);
        }
      }
    }
    sheet.append(svg);
  }
}

for (const sheet of document.querySelectorAll(".sheet")) {
  let from = null;
  const at = (event) => {
    const box = sheet.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button === 0) {
      event.preventDefault();
      from = at(event);
      sheet.setPointerCapture(event.pointerId);
    }
  });
  sheet.addEventListener("pointermove", (event) => { // the region as it is being drawn
    if (from) {
      const to = at(event);
      const svg = sheet.querySelector("svg");
      svg.querySelectorAll(".drawn").forEach((old) => old.remove());
      rectangle(svg, `${mode()} drawn`, ...corners(from, to));
    }
  });
  sheet.addEventListener("pointerup", (event) => {
    if (from) {
      const to = at(event);
      sheet.querySelectorAll(".drawn").forEach((old) => old.remove());
      const small = Math.abs(to[0] - from[0]) < 0.005 || Math.abs(to[1] - from[1]) < 0.003;
      if (!small) {
        add(Number(sheet.dataset.page), ...corners(from, to));
      }
      from = null;
    }
  });
  sheet.addEventListener("pointercancel", () => { from = null; });
}

document.getElementById("add").addEventListener("click", () => {
  const value = (name) => Number(document.getElementById(name).value);
  add(value("of-page"), ...["left", "top", "right", "bottom"].map((name) => value(name) / 100));
});
document.getElementById("undo").addEventListener("click", () => {
  const last = order.pop();
  if (last) {
    const kept = lines(fields[last[0]]);
    kept.splice(kept.lastIndexOf(last[1]), 1);
    fields[last[0]].value = kept.join("\n");
    said.textContent = `${said.dataset.removed}: ${last[1]}`;
    draw();
  }
});
for (const field of Object.values(fields)) {
  field.addEventListener("input", draw);
}
draw();
