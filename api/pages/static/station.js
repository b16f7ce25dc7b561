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

// What a pen wrote, cut out beside its empty field.
function cut(canvas) {
  const sheet = document.querySelector(`.sheet[data-page="${canvas.dataset.page}"]`);
  const image = sheet?.querySelector("img");
  if (!image) {
    return;
  }
  const [left, top, right, bottom] = canvas.dataset.box.split(",").map(Number);
  const rim = (bottom - top) * 0.6;
  const draw = () => {
    const scale = image.naturalWidth / Number(sheet.dataset.width);
    const [x, y] = [Math.max(0, left - 2 * rim) * scale, Math.max(0, top - rim) * scale];
    const [wide, tall] = [(right - left + 4 * rim) * scale, (bottom - top + 2 * rim) * scale];
    canvas.width = wide;
    canvas.height = tall;
    canvas.getContext("2d").drawImage(image, x, y, wide, tall, 0, 0, wide, tall);
  };
  if (image.complete && image.naturalWidth) {
    draw();
  } else {
    image.addEventListener("load", draw, { once: true });
    image.loading = "eager";
  }
}
document.querySelectorAll("canvas.crop").forEach(cut);

const controls = () => [...form.querySelectorAll("input:not([type=hidden]), textarea")].filter((one) => one.name.startsWith("f.") && one.checkVisibility());

form.addEventListener("focusin", (event) => {
  if (event.target.name?.startsWith("f.")) {
    show(event.target);
  }
});

form.addEventListener("click", (event) => {
  const where = event.target.closest("[data-show]");
  if (where) {
    show(where);
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

// Nobody splits what they have not seen: the first press brings the page and its button, the second presses it.
function bring(number) {
  const sheet = document.querySelector(`.sheet[data-page="${number}"]`);
  const above = sheet?.previousElementSibling;
  const place = above?.classList.contains("cut") ? above : sheet;
  if (place) {
    pictures.scrollTop = place.offsetTop;
    above?.querySelector("button")?.focus({ preventScroll: true });
  }
}

function split() {
  const button = document.getElementById("split");
  if (!button) {
    return;
  }
  if (document.activeElement?.name === "split" && document.activeElement.closest(".cut")) {
    form.requestSubmit(document.activeElement);
  } else {
    bring(button.value);
  }
}

for (const look of document.querySelectorAll(".look")) {
  look.addEventListener("click", () => bring(look.dataset.page));
}

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
  } else if (event.altKey && event.key.toLowerCase() === "t") {
    event.preventDefault();
    split();
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

// A code is number and notation: who types the number where a pen wrote it need not type it twice.
const [number, notation, code] = ["number", "notation", "code"].map((name) => document.getElementById(`f-${name}`));
if (number && notation && code && !code.value) {
  let follows = true;
  code.addEventListener("input", () => {
    follows = false;
  });
  number.addEventListener("input", () => {
    if (follows) {
      code.value = number.value.trim() && notation.value ? `${number.value.trim()}/${notation.value}` : "";
    }
  });
}

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
