// Keys go to the game at once, without a click on it first; not before it can be told.
const focus = () => {
  if (document.body.classList.contains("-first-byte")) {
    document.querySelector(".xterm-helper-textarea")?.focus();
  }
};
new MutationObserver(focus).observe(document.body, { attributeFilter: ["class"] });
window.addEventListener("focus", focus);
