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

// The camera where there is one. Its pictures are read here and go nowhere.
const CODE = /[0-9a-z]{5}(?:-[0-9a-z]{1,5}){5}/;
if (navigator.mediaDevices) {
  document.getElementById("camera").hidden = false;
  const said = document.getElementById("scan-said");
  const view = document.getElementById("view");
  const button = document.getElementById("scan");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      // Browsers on Linux, Windows and iOS have no BarcodeDetector of their own: one way for all (api/pages/static/qr).
      const { BarcodeDetector } = await import("/static/qr/decode.js");
      view.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
      view.hidden = false;
      await view.play();
      said.textContent = said.dataset.none;
      look(new BarcodeDetector({ formats: ["qr_code"] }));
    } catch {
      said.textContent = said.dataset.failed;
      button.disabled = false;
    }
  });

  const look = async (detector) => {
    for (const one of await detector.detect(view)) {
      const code = CODE.exec(one.rawValue);
      if (code) {
        view.srcObject.getTracks().forEach((track) => track.stop());
        location.assign(`/v/${code[0]}`);
        return;
      }
      if (!one.rawValue.startsWith("HOSO1:")) { // the second square beside the one that leads here
        said.textContent = said.dataset.other;
      }
    }
    requestAnimationFrame(() => look(detector));
  };
}
