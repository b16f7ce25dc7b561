"use strict";
const form = document.getElementById("check");
const pictures = document.getElementById("pictures");

// Where the value was seen: a frame on the picture, scrolled into view.
function show(control) {
  for (const mark of document.querySelectorAll(".mark")) {
    mark.hidden = true;
  }
  if (!control.dataset.box) {
    return;
  }
  const sheet = document.querySelector(`.sheet[data-page="${control.dataset.page}"]`);
  const mark = sheet?.querySelector(".mark");
  if (!mark) {
    return;
  }
  const [left, top, right, bottom] = control.dataset.box.split(",").map(Number);
  const width = Number(sheet.dataset.width);
  const height = Number(sheet.dataset.height);
  mark.style.left = `${(100 * left) / width}%`;
  mark.style.top = `${(100 * top) / height}%`;
  mark.style.width = `${(100 * (right - left)) / width}%`;
  mark.style.height = `${(100 * (bottom - top)) / height}%`;
  mark.hidden = false;
  const middle = sheet.offsetTop + (sheet.clientHeight * (top + bottom)) / 2 / height;
  pictures.scrollTop = middle - pictures.clientHeight / 2;
  pictures.scrollLeft = (sheet.clientWidth * left) / width - 20;
}

const controls = () => [...form.querySelectorAll("input:not([type=hidden]), textarea")].filter((one) => one.name.startsWith("f.") && one.checkVisibility());

form.addEventListener("focusin", (event) => {
  if (event.target.name?.startsWith("f.")) {
    show(event.target);
  }
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.name?.startsWith("f.")) {
    return;
  }
  event.preventDefault(); // Enter alone never decides
  const all = controls();
  const to = all.indexOf(event.target) + (event.shiftKey ? -1 : 1);
  (all[to] ?? (event.shiftKey ? all[0] : document.getElementById("approve")))?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") {
    event.preventDefault();
    const approve = document.getElementById("approve");
    if (approve) {
      form.requestSubmit(approve);
    }
  } else if (event.altKey && event.key.toLowerCase() === "r") {
    event.preventDefault();
    const returning = document.getElementById("returning");
    if (returning) {
      returning.open = true;
      document.getElementById("reason").focus();
    }
  } else if (event.altKey && /^[0-9]$/.test(event.key)) {
    const line = form.querySelector(`input[name=line][data-key="${event.key}"]`);
    if (line) {
      event.preventDefault();
      line.checked = true;
      form.requestSubmit(document.getElementById("choose"));
    }
  } else if (event.altKey && event.key === "ArrowRight") {
    event.preventDefault();
    document.getElementById("skip")?.click();
  } else if (event.altKey && event.key.toLowerCase() === "z") {
    event.preventDefault();
    pictures.classList.toggle("large");
    show(document.activeElement?.name?.startsWith("f.") ? document.activeElement : form);
  }
});

// In the field of a reason Enter returns the paper, it does not approve it.
document.getElementById("reason")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.ctrlKey) {
    event.preventDefault();
    form.requestSubmit(document.getElementById("return"));
  }
});

const next = document.querySelector(".station").dataset.nextImage;
if (next) {
  window.addEventListener("load", () => {
    new Image().src = next; // kept by the browser: the bytes never change
  });
}
if (!document.getElementById("problem")) {
  const open = document.querySelector("#listed[data-fate=open] input[name=line]"); // what has to be chosen comes first
  (open ?? controls()[0])?.focus();
}
