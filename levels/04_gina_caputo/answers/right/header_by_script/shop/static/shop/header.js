const personal = document.querySelector(".personal");

fetch("/personal/", { credentials: "same-origin" })
  .then((answer) => answer.text())
  .then((text) => {
    const parts = new DOMParser().parseFromString(text, "text/html");
    personal.replaceWith(parts.querySelector(".personal"));
    const messages = parts.querySelector(".messages");
    if (messages) document.getElementById("messages").append(messages);
  });
