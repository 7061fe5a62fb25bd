// Uploads with progress and by drag and drop, and looks again while the bot is at work. Without it forms and links do.
(() => {
  const form = document.querySelector("[data-upload]");
  if (form) {
    const drop = form.querySelector("[data-drop]");
    const input = form.querySelector("input[type=file]");
    const bar = form.querySelector("progress");
    const said = form.querySelector("[data-said]");
    const stop = (event) => event.preventDefault();
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => { stop(event); drop.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) {
      drop.addEventListener(name, (event) => { stop(event); drop.classList.remove("over"); });
    }
    drop.addEventListener("drop", (event) => {
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
    form.addEventListener("submit", (event) => {
      const file = input.files[0];
      if (!file) return;
      stop(event);
      if (file.size > 20 * 1024 * 1024) {
        said.textContent = "文件超过 20 MB，没有上传。请去掉图片和多余的工作表，或分成几份。";
        return;
      }
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (part) => {
        if (part.lengthComputable) bar.value = Math.round(part.loaded / part.total * 100);
        said.textContent = bar.value < 100 ? `已上传 ${bar.value}%` : "已上传，正在收下";
      });
      request.addEventListener("load", () => {
        if (request.status === 200) { window.location.assign(request.responseURL); return; }
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const words = page.querySelector(".refused") || page.querySelector("main");
        bar.hidden = true;
        said.textContent = words ? words.textContent.trim() : "没有传成，请再试一次。";
      });
      request.addEventListener("error", () => { bar.hidden = true; said.textContent = "网络断了，没有传成，请再试一次。"; });
      bar.hidden = false;
      request.send(new FormData(form));
    });
  }

  const look = async (wait) => {
    await new Promise((done) => setTimeout(done, wait));
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.querySelector("main").replaceWith(page.querySelector("main"));
      }
    } catch { /* the network is gone for a moment */ }
    if (document.querySelector("[data-poll]")) look(Math.min(wait * 1.3, 8000));
  };
  if (document.querySelector("[data-poll]")) look(1000);
})();
