fetch("/personal/", { credentials: "same-origin" })
  .then((answer) => answer.text())
  .then((text) => {
    document.querySelector(".personal").outerHTML = text;
  });
