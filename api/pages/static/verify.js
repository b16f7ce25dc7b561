"use strict";
const drop = document.getElementById("drop");
const file = document.getElementById("file");
for (const name of ["dragover", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    if (name === "drop" && event.dataTransfer.files.length) {
      file.files = event.dataTransfer.files;
      drop.requestSubmit();
    }
  });
}

// The camera only where the browser itself can read QR codes: nothing is loaded from anywhere.
const CODE = /[0-9a-z]{5}(?:-[0-9a-z]{1,5}){5}/;
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  document.getElementById("camera").hidden = false;
  const said = document.getElementById("scan-said");
  const view = document.getElementById("view");
  document.getElementById("scan").addEventListener("click", async () => {
    try {
      view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      said.textContent = said.dataset.failed;
      return;
    }
    view.hidden = false;
    await view.play();
    said.textContent = said.dataset.none;
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    const look = async () => {
      for (const one of await detector.detect(view)) {
        const code = CODE.exec(one.rawValue);
        if (code) {
          view.srcObject.getTracks().forEach((track) => track.stop());
          location.assign(`/v/${code[0]}`);
          return;
        }
      }
      requestAnimationFrame(look);
    };
    look();
  });
}
